from django.db import models

from catalog.models import Service
from discovery.models.discovered import DiscoveredService


class Verdict(models.TextChoices):
    """What a person decided: leave it out, it is gone for good, it is this service, it is not this service."""

    IGNORED = "ignored", "Ignored"
    RETIRED = "retired", "Retired"
    MERGED = "merged", "Merged"
    PARTED = "parted", "Not the same"


#: The verdicts that keep a discovered service out of the catalog.
LEFT_OUT = (Verdict.IGNORED, Verdict.RETIRED)


class Tombstone(models.Model):
    """A person's decision about a discovered service. No run overrides it; only a person lifts it."""

    discovered = models.ForeignKey(DiscoveredService, on_delete=models.CASCADE, related_name="tombstones")
    verdict = models.CharField(max_length=10, choices=Verdict)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tombstone_names_a_service",
                condition=models.Q(verdict__in=["ignored", "retired"], service__isnull=True)
                | models.Q(verdict__in=["merged", "parted"], service__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["discovered"], condition=models.Q(lifted_at=None), name="tombstone_standing")]

    def __str__(self) -> str:
        return f"{self.discovered_id} {self.verdict}"
