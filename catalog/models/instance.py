from django.db import models
from django.utils import timezone

from catalog.models.grouping import Environment
from catalog.models.version import APIVersion


class APIInstance(models.Model):
    """A version reachable at a URL in an environment."""

    version = models.ForeignKey(APIVersion, on_delete=models.CASCADE, related_name="instances")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="instances")
    url = models.URLField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "API instance"
        constraints = [
            models.UniqueConstraint(fields=["version", "environment", "url"], name="instance_unique"),
        ]

    def __str__(self) -> str:
        return self.url
