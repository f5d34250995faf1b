"""A webhook gets another secret."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.deliveries.signing import new_secret
from accounts.models import Webhook
from accounts.permissions import Action
from accounts.webhook_secrets import sealed
from common.access import require

#: So long both secrets sign, and receivers change theirs when they like.
OVERLAP = timedelta(hours=24)


def rotate_webhook_secret(*, actor: Actor, webhook: Webhook, now: datetime) -> str:
    """Return the new secret, which is never shown again; the one before signs as well for 24 hours."""
    require(actor, Action.WEBHOOK_MANAGE, webhook.team)
    secret = new_secret()
    with transaction.atomic():
        row = Webhook.objects.select_for_update().get(pk=webhook.pk)
        webhook.old_secret, webhook.old_secret_until = row.secret, now + OVERLAP
        webhook.secret = sealed(webhook, secret)
        webhook.save(update_fields=["secret", "old_secret", "old_secret_until"])
        record(
            actor=actor,
            action="accounts.webhook.secret_rotated",
            obj=webhook,
            name=webhook.public_id,
            team_id=webhook.team_id,
            now=now,
        )
    return secret
