"""An application is no more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from marketplace.models import LIVE, Application, Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import request_withdrawn, subscription_changed, tell
from marketplace.subscriptions import close_requests, enter, locked_subscriptions, record_subscription, tell_gateways

REASON = "The application was retired."


def retire_application(*, actor: Actor, application: Application, now: datetime) -> None:
    """Its subscriptions are revoked and end on the gateways, what it asked for is withdrawn, and it asks for nothing
    any more. Nothing changes when it is retired already."""
    require(actor, Action.APPLICATION_EDIT, application)
    with transaction.atomic():
        # Who asks for access holds this row too, so that nothing is asked for behind our back.
        held = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
        if held.retired_at is None:
            held.retired_at = now
            held.save(update_fields=["retired_at"])
            record(
                actor=actor,
                action="marketplace.application.retired",
                obj=held,
                name=held.name,
                team_id=held.team_id,
                now=now,
            )
            _end(list(locked_subscriptions(Subscription.objects.filter(application=held, state__in=LIVE))), actor, now)
    application.retired_at = held.retired_at


def _end(subscriptions: list[Subscription], actor: Actor, now: datetime) -> None:
    for request_id in close_requests(subscriptions, REASON, now):
        tell(request_withdrawn, request_id=request_id)
    opened = [one for one in subscriptions if one.state != SubscriptionState.PENDING]
    for subscription in subscriptions:
        state = SubscriptionState.REVOKED if subscription in opened else SubscriptionState.REJECTED
        difference = {"state": (subscription.state, state.value)}
        enter(subscription, state, actor=actor, reason=REASON, now=now)
        record_subscription(state.value, subscription, actor=actor, now=now, difference=difference)
        if subscription in opened:
            tell(subscription_changed, subscription_id=subscription.pk, state=state.value)
    tell_gateways(opened, now, keys=True)
