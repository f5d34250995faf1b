"""A webhook is no more, and neither is its log."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Webhook
from accounts.permissions import Action
from accounts.webhook_values import origin_of
from common.access import require


def remove_webhook(*, actor: Actor, webhook: Webhook, now: datetime) -> None:
    """Nothing is sent to it any more, and what waited is not sent."""
    require(actor, Action.WEBHOOK_MANAGE, webhook.team)
    with transaction.atomic():
        record(
            actor=actor,
            action="accounts.webhook.removed",
            obj=webhook,
            name=webhook.public_id,
            team_id=webhook.team_id,
            difference={"url": (origin_of(webhook.url), "")},
            now=now,
        )
        webhook.delete()
