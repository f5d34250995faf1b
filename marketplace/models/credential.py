from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.public_ids import new_public_id
from marketplace.models.subscription import Subscription
from marketplace.querysets import CredentialQuerySet

#: What stands for «never used» and «does not end» where keys are put in order: lists are paged by values, not by nulls.
NEVER = datetime(1, 1, 2, tzinfo=UTC)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


def new_credential_id() -> str:
    return new_public_id("key")


class CredentialKind(models.TextChoices):
    """What it is that opens the door."""

    API_KEY = "api_key", "API key"


class CredentialPurpose(models.TextChoices):
    """For whom it was made: software that keeps it, or a page of the portal for some minutes."""

    APPLICATION = "application", "Application"
    CONSOLE = "console", "Console"


class Credential(models.Model):
    """A key of a subscription. Only its SHA-256 is kept; ``prefix`` and ``last_four`` help to recognise it.

    It opens doors from ``created_at`` until ``expires_at`` or ``revoked_at``, while its subscription is approved.
    ``generation``: see ``Subscription``.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_credential_id, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=10, choices=CredentialKind, default=CredentialKind.API_KEY)
    purpose = models.CharField(max_length=12, choices=CredentialPurpose, default=CredentialPurpose.APPLICATION)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=120)
    last_four = models.CharField(max_length=4)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by_name = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_name = models.CharField(max_length=200, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    generation = models.BigIntegerField(default=0)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="credential_digest_is_hexadecimal", condition=models.Q(digest__regex=r"^[0-9a-f]{64}$")
            )
        ]
        indexes = [
            models.Index(fields=["subscription", "-created_at", "-id"], name="credential_by_subscription"),
            models.Index(fields=["-created_at", "-id"], name="credential_newest"),
            models.Index(Coalesce("last_used_at", models.Value(NEVER)), "id", name="credential_by_last_use"),
            models.Index(Coalesce("expires_at", models.Value(FOREVER)), "id", name="credential_by_end"),
            models.Index(
                fields=["expires_at", "id"],
                name="credential_by_expiry",
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}_…{self.last_four}"
