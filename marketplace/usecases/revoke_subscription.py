"""Access ends for good."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.models import Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import request_withdrawn, tell
from marketplace.subscriptions import change_state, close_requests, locked_subscription, require_state

REASON = "The subscription was revoked."


def revoke_subscription(*, actor: Actor, subscription: Subscription, reason: str = "", now: datetime) -> Subscription:
    """None of its keys opens anything any more, and a change of plan that waits is withdrawn. Both sides may end it.

    Raises ``Conflict`` when it is neither approved nor suspended: what is pending is rejected or withdrawn instead.
    """
    with transaction.atomic():
        held = locked_subscription(subscription.pk)
        require(actor, Action.SUBSCRIPTION_END, held)
        require_state(held, SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)
        for request_id in close_requests([held], REASON, now):
            tell(request_withdrawn, request_id=request_id)
        change_state(held, SubscriptionState.REVOKED, "revoked", actor=actor, reason=reason.strip(), now=now)
    return held
