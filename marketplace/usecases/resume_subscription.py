"""Access goes on."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Conflict
from marketplace.models import Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.subscriptions import change_state, locked_subscription, require_state


def resume_subscription(*, actor: Actor, subscription: Subscription, now: datetime) -> Subscription:
    """Its keys open the gateways again. Raises ``Conflict`` when it is not suspended, or its end has come."""
    with transaction.atomic():
        held = locked_subscription(subscription.pk)
        require(actor, Action.SUBSCRIPTION_HOLD, held)
        require_state(held, SubscriptionState.SUSPENDED)
        if held.expires_at is not None and held.expires_at <= now:
            raise Conflict("The subscription has ended by its date. Set a later one first.")
        change_state(held, SubscriptionState.APPROVED, "resumed", actor=actor, reason="", now=now)
    return held
