from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.team import Team
from accounts.models.user import Role
from accounts.querysets import TokenQuerySet


class Scope(models.TextChoices):
    """What a token may be used for; each scope includes reading."""

    READ = "read", "Read"
    PUBLISH = "publish", "Publish"
    DISCOVERY = "discovery", "Discover"
    MARKETPLACE = "marketplace", "Get access"


class ApiToken(models.Model):
    """A secret that acts for a person or a team. Only its SHA-256 is kept; ``prefix`` helps to recognise it."""

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=16)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    role = models.CharField(max_length=20, choices=Role, blank=True, help_text="Of a token without person or team")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_has_one_holder",
                condition=(
                    models.Q(user__isnull=False, team__isnull=True, role="")
                    | models.Q(user__isnull=True, team__isnull=False, role="")
                    | models.Q(user__isnull=True, team__isnull=True) & ~models.Q(role="")
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name
