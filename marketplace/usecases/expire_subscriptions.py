"""What has come to its end has ended."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Happened, record_all
from common.access import require
from marketplace.models import Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import request_withdrawn, subscription_changed, tell
from marketplace.subscriptions import close_requests, enter, locked_subscriptions, name_of, tell_gateways

BATCH = 500
REASON = "The subscription has expired."
_ENDING = (SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)


def expire_subscriptions(*, actor: Actor, now: datetime) -> int:
    """Subscriptions whose end has come have expired, and a change of plan that waits is withdrawn; returns how many, at
    most ``BATCH``. One query when nothing is due.

    The gateways did not wait for this: they end a key at the very second.
    """
    require(actor, Action.SUBSCRIPTION_EXPIRE)
    due = Subscription.objects.filter(expires_at__lte=now, state__in=_ENDING)
    if not due.exists():
        return 0
    with transaction.atomic():
        # In order, and waiting for nobody: what is being changed now is due again the next time.
        ids = due.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:BATCH]
        rows = list(locked_subscriptions(Subscription.objects.filter(pk__in=list(ids))))
        for request_id in close_requests(rows, REASON, now):
            tell(request_withdrawn, request_id=request_id)
        record_all(
            actor=actor,
            action="marketplace.subscription.expired",
            model=Subscription,
            events=[Happened(row.pk, name_of(row), row.api.owner_id) for row in rows],
            now=now,
        )
        for row in rows:
            enter(row, SubscriptionState.EXPIRED, actor=actor, reason="", now=now)
            tell(subscription_changed, subscription_id=row.pk, state=SubscriptionState.EXPIRED.value)
        tell_gateways(rows, now, keys=True)
    return len(rows)
