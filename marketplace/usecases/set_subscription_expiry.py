"""When access ends is set, moved, or taken away."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.models import Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import subscription_expiry_set, tell
from marketplace.subscriptions import (
    locked_subscription,
    record_subscription,
    require_future,
    require_state,
    tell_gateways,
)


def set_subscription_expiry(
    *, actor: Actor, subscription: Subscription, expires_at: datetime | None, now: datetime
) -> Subscription:
    """The gateways end its keys at that second; ``None``: it goes on. Nothing changes when that is so already.

    Raises ``Invalid`` for a moment that is past, and ``Conflict`` when it has ended.
    """
    with transaction.atomic():
        held = locked_subscription(subscription.pk)
        require(actor, Action.SUBSCRIPTION_HOLD, held)
        require_future(expires_at, now)
        require_state(held, SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)
        before = held.expires_at
        if before != expires_at:
            held.expires_at = expires_at
            held.save(update_fields=["expires_at"])
            difference = {"expires_at": tuple(moment and moment.isoformat() for moment in (before, expires_at))}
            record_subscription("expiry_set", held, actor=actor, now=now, difference=difference)
            tell(subscription_expiry_set, subscription_id=held.pk)
            tell_gateways([held], now)
    return held
