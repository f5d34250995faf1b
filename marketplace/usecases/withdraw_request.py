"""Access is not asked for any more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.deciding import locked_request, record_request, require_open, settle
from marketplace.models import AccessRequest, RequestKind, RequestState, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import request_withdrawn, tell
from marketplace.subscriptions import enter

REASON = "The request was withdrawn."


def withdraw_request(*, actor: Actor, request: AccessRequest, now: datetime) -> AccessRequest:
    """The request is withdrawn, and with a request for access its subscription is over; after one for another plan the
    old plan goes on. Raises ``Conflict`` when it has its answer."""
    with transaction.atomic():
        held = locked_request(request)
        require(actor, Action.ACCESS_ANSWER, held)
        require_open(held)
        settle(held, RequestState.WITHDRAWN, by=actor.name, reason="", now=now)
        if held.kind == RequestKind.ACCESS:
            enter(held.subscription, SubscriptionState.REJECTED, actor=actor, reason=REASON, now=now)
        record_request("withdrawn", held, actor=actor, now=now)
        tell(request_withdrawn, request_id=held.pk)
    return held
