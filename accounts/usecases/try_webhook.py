"""Somebody looks whether a webhook works."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.deliveries.nudges import nudge
from accounts.models import Delivery, Webhook
from accounts.notice_kinds import WEBHOOK_TEST
from accounts.notices import call
from accounts.permissions import Action
from common.access import require
from common.errors import Conflict


def try_webhook(*, actor: Actor, webhook: Webhook, now: datetime) -> Delivery:
    """Return a delivery of the event ``webhook.test``, which is on its way; ``Conflict`` where it is switched off."""
    require(actor, Action.WEBHOOK_MANAGE, webhook.team)
    if not webhook.is_active:
        raise Conflict("This webhook is switched off. Switch it on first.")
    delivery = call(webhook, WEBHOOK_TEST, "", {"webhook": webhook.public_id}, now)
    # A test is an event of its own each time.
    delivery.key = f"{WEBHOOK_TEST}:{delivery.public_id}"
    with transaction.atomic():
        delivery.save(force_insert=True)
        record(
            actor=actor,
            action="accounts.webhook.tried",
            obj=webhook,
            name=webhook.public_id,
            team_id=webhook.team_id,
            now=now,
        )
        transaction.on_commit(nudge)
    return delivery
