"""A gateway is no more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.usage.partitions import forget_batches_of
from marketplace.generations import advance


def remove_gateway(*, actor: Actor, gateway: Gateway, now: datetime) -> None:
    """The portal does not know the gateway any more, and the others share its part of the limits.

    Its Envoy is not stopped by that: it goes on with what it has until somebody stops it, and revocations do not reach
    it. Routes stay, for other gateways may carry them, and so does its traffic.
    """
    require(actor, Action.GATEWAY_MANAGE, gateway)
    with transaction.atomic():
        record(
            actor=actor,
            action="gateway.gateway.removed",
            obj=gateway,
            name=gateway.slug,
            team_id=gateway.team_id,
            now=now,
        )
        forget_batches_of(gateway.pk)
        gateway.delete()
        advance([], now)
