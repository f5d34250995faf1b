from django.db import models

from catalog.models import Service
from discovery.models.discovered import DiscoveredService
from discovery.models.rule import PublicationRule


class Provenance(models.Model):
    """Which discovered service speaks for a field of a catalog service.

    ``written`` is the value discovery last set, ``said`` the one it would set now; slugs where the field names a row.
    When the catalog's value is not ``written``, a person changed it, and then it stays theirs.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="provenance")
    field = models.CharField(max_length=30)
    discovered = models.ForeignKey(DiscoveredService, on_delete=models.CASCADE, related_name="+")
    rule = models.ForeignKey(PublicationRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    written = models.JSONField(null=True)
    said = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "field"], name="provenance_once_a_field")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.field}"
