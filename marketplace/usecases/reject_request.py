"""The owner of an API says no."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Invalid
from marketplace.deciding import locked_request, record_request, require_open, settle
from marketplace.models import AccessRequest, RequestKind, RequestState, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import request_decided, tell
from marketplace.subscriptions import enter


def reject_request(*, actor: Actor, request: AccessRequest, reason: str, now: datetime) -> AccessRequest:
    """The request is rejected, and with a request for access its subscription; after one for another plan the old plan
    goes on. Raises ``Invalid`` without a reason and ``Conflict`` when it has its answer."""
    with transaction.atomic():
        held = locked_request(request)
        require(actor, Action.ACCESS_DECIDE, held)
        if not reason.strip():
            raise Invalid({"reason": "Say why. Who asked for access reads it."})
        require_open(held)
        settle(held, RequestState.REJECTED, by=actor.name, reason=reason.strip(), now=now)
        if held.kind == RequestKind.ACCESS:
            enter(held.subscription, SubscriptionState.REJECTED, actor=actor, reason=reason.strip(), now=now)
        record_request("rejected", held, actor=actor, now=now)
        tell(request_decided, request_id=held.pk)
    return held
