from django.db import models
from django.utils import timezone

from catalog.models import API
from common.public_ids import new_public_id
from common.slugs import SlugField


def new_plan_id() -> str:
    return new_public_id("pln")


class Approval(models.TextChoices):
    """Who says yes to a request."""

    AUTOMATIC = "automatic", "Automatic"
    OWNER = "owner", "Owner approves"


class Authentication(models.TextChoices):
    """How callers show who they are."""

    API_KEY = "api_key", "API key"
    KEYLESS = "keyless", "No key"


class Plan(models.Model):
    """An offer on an API: how much, how approved, how callers show who they are, under which terms.

    Limits hold for each subscription, over all gateways together; ``None`` is no limit of that kind. A deprecated plan
    takes no new subscribers and keeps those it has. ``generation``: see ``Subscription``.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_plan_id, editable=False)
    api = models.ForeignKey(API, on_delete=models.CASCADE, related_name="plans")
    slug = SlugField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    approval = models.CharField(max_length=10, choices=Approval, default=Approval.OWNER)
    authentication = models.CharField(max_length=10, choices=Authentication, default=Authentication.API_KEY)
    requests_per_second = models.PositiveIntegerField(null=True, blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    requests_per_hour = models.PositiveIntegerField(null=True, blank=True)
    terms = models.TextField(blank=True, help_text="in Markdown; who asks for access accepts them")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    deprecated_at = models.DateTimeField(null=True, blank=True)
    generation = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["api", "slug"], name="plan_slug_unique"),
            models.CheckConstraint(
                name="plan_limits_are_positive",
                condition=~models.Q(requests_per_second=0)
                & ~models.Q(requests_per_minute=0)
                & ~models.Q(requests_per_hour=0),
            ),
        ]
        indexes = [models.Index(fields=["api", "position", "id"], name="plan_by_position")]

    def __str__(self) -> str:
        return self.title
