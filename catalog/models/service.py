from django.db import models

from catalog.models.api import API
from catalog.models.entry import Entry


class ServiceKind(models.TextChoices):
    """What sort of software it is."""

    MICROSERVICE = "microservice", "Microservice"
    MONOLITH = "monolith", "Monolith"
    SAAS = "saas", "SaaS"
    LEGACY = "legacy", "Legacy"


class Service(Entry):
    """A running piece of software that provides or consumes APIs."""

    kind = models.CharField(max_length=20, choices=ServiceKind, default=ServiceKind.MICROSERVICE)
    provides = models.ManyToManyField(API, blank=True, related_name="provided_by")
    consumes = models.ManyToManyField(API, blank=True, related_name="consumed_by")
    depends_on = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="depended_on_by")

    class Meta:
        indexes = [
            models.Index(fields=["title", "id"], name="service_by_title"),
            models.Index(fields=["-updated_at", "-id"], name="service_by_update"),
            models.Index(fields=["owner", "title", "id"], name="service_by_owner"),
            models.Index(fields=["domain", "title", "id"], name="service_by_domain"),
        ]
