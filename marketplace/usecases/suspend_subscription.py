"""Access rests for a while."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.models import Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.subscriptions import change_state, locked_subscription, require_state


def suspend_subscription(*, actor: Actor, subscription: Subscription, reason: str = "", now: datetime) -> Subscription:
    """Its keys are refused by the gateways, with a word that they are suspended, until it is resumed. Raises
    ``Conflict`` when it is not approved."""
    with transaction.atomic():
        held = locked_subscription(subscription.pk)
        require(actor, Action.SUBSCRIPTION_HOLD, held)
        require_state(held, SubscriptionState.APPROVED)
        change_state(held, SubscriptionState.SUSPENDED, "suspended", actor=actor, reason=reason.strip(), now=now)
    return held
