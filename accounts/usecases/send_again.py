"""Somebody has a delivery sent once more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.deliveries.nudges import nudge
from accounts.models import Delivery, DeliveryState
from accounts.permissions import Action
from common.access import require
from common.errors import Conflict


def send_again(*, actor: Actor, delivery: Delivery, now: datetime) -> None:
    """The same message, with the same id, is due now, however it went before; one that waits is due sooner."""
    webhook = delivery.webhook
    require(actor, Action.WEBHOOK_MANAGE, webhook.team)
    if not webhook.is_active:
        raise Conflict("This webhook is switched off. Switch it on first.")
    with transaction.atomic():
        delivery.state, delivery.next_attempt_at = DeliveryState.WAITING, now
        delivery.save(update_fields=["state", "next_attempt_at"])
        record(
            actor=actor,
            action="accounts.delivery.sent_again",
            obj=webhook,
            name=webhook.public_id,
            team_id=webhook.team_id,
            difference={"delivery": ("", delivery.public_id)},
            now=now,
        )
        transaction.on_commit(nudge)
