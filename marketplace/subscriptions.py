"""What every change of a subscription does: one at a time, written down, and told to the gateways last.

Rows are locked in one order: application, subscription, request, plan, and the generation at the very end.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.audit import Difference, record
from common.errors import Conflict, Invalid
from marketplace.generations import advance
from marketplace.models import AccessRequest, Credential, RequestState, Subscription, SubscriptionState
from marketplace.signals import subscription_changed, tell

OPEN = (RequestState.PENDING, RequestState.ASKED)

_WITH = ("application__environment", "application__team", "application__person", "api__owner", "version", "plan")


def locked_subscription(pk: int) -> Subscription:
    """The subscription as it is now, with all it names; nobody else changes it before the transaction ends."""
    return locked_subscriptions(Subscription.objects.filter(pk=pk)).get()


def locked_subscriptions(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """The same of several, in one order for everybody."""
    return subscriptions.select_for_update(of=("self",)).select_related(*_WITH).order_by("pk")


def require_state(subscription: Subscription, *states: SubscriptionState) -> None:
    """Raise ``Conflict``, naming the state it has, when the subscription has none of these."""
    if subscription.state not in states:
        label = SubscriptionState(subscription.state).label.lower()
        raise Conflict(f"This subscription is {label}.", state=subscription.state)


def require_future(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise Invalid({"expires_at": "Give a moment in the future."})


def enter(subscription: Subscription, state: SubscriptionState, *, actor: Actor, reason: str, now: datetime) -> None:
    """Save the locked subscription in that state, with what was said."""
    subscription.state = state
    subscription.state_reason = reason
    subscription.changed_at = now
    subscription.changed_by = actor.name[:200]
    subscription.save(
        update_fields=[
            "state", "state_reason", "changed_at", "changed_by", "plan", "approved_at", "approved_by", "expires_at",
        ]
    )  # fmt: skip


def change_state(
    subscription: Subscription, state: SubscriptionState, verb: str, *, actor: Actor, reason: str, now: datetime
) -> None:
    """The locked subscription is in that state for everybody: saved, recorded, told, and in force as soon as gateways
    hear of it. The last thing of a transaction."""
    difference: Difference = {"state": (subscription.state, state.value)}
    if reason:
        difference["reason"] = ("", reason)
    enter(subscription, state, actor=actor, reason=reason, now=now)
    record_subscription(verb, subscription, actor=actor, now=now, difference=difference)
    tell(subscription_changed, subscription_id=subscription.pk, state=state.value)
    tell_gateways([subscription], now, keys=True)


def record_subscription(
    verb: str, subscription: Subscription, *, actor: Actor, now: datetime, difference: Difference | None = None
) -> None:
    """Leave ``marketplace.subscription.<verb>`` in the audit trail, for the team that owns the API."""
    record(
        actor=actor,
        action=f"marketplace.subscription.{verb}",
        obj=subscription,
        name=name_of(subscription),
        team_id=subscription.api.owner_id,
        difference=difference,
        now=now,
    )


def name_of(subscription: Subscription) -> str:
    """The subscription as the audit trail calls it."""
    return f"{subscription.application.name} to {subscription.api.slug} {subscription.version.name}"


def tell_gateways(subscriptions: Collection[Subscription], now: datetime, *, keys: bool = False) -> None:
    """Give the subscriptions a new generation; with ``keys`` their live keys too, whose fate has changed with them.

    The last thing of a transaction: others wait for the number.
    """
    if not subscriptions:
        return
    ids = [one.pk for one in subscriptions]
    generation = advance({one.api_id for one in subscriptions}, now)
    Subscription.objects.filter(pk__in=ids).update(generation=generation)
    if keys:
        Credential.objects.live(now).filter(subscription__in=ids).update(generation=generation)
    for one in subscriptions:
        one.generation = generation


def close_requests(subscriptions: Collection[Subscription], reason: str, now: datetime) -> list[int]:
    """Nothing is asked for any more about subscriptions that have ended; returns the requests that were open."""
    open_ones = AccessRequest.objects.filter(subscription__in=[one.pk for one in subscriptions], state__in=OPEN)
    ids = list(open_ones.select_for_update().order_by("pk").values_list("pk", flat=True))
    closed = {"state": RequestState.WITHDRAWN, "decided_at": now, "decision_reason": reason}
    AccessRequest.objects.filter(pk__in=ids).update(**closed)
    return ids
