from django.db import models

from catalog.models import APIInstance
from discovery.models.discovered import DiscoveredService


class InstanceOrigin(models.Model):
    """Where an instance of an API version was seen before it was named, so that its going away can be told.

    ``by`` is the object that made the address. An instance without one was named by hand.
    """

    instance = models.OneToOneField(APIInstance, on_delete=models.CASCADE, related_name="origin")
    discovered = models.ForeignKey(
        DiscoveredService, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.instance_id} by {self.by}"
