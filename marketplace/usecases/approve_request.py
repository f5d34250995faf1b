"""The owner of an API says yes."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.asking import refuse_closed, refuse_deprecated
from marketplace.deciding import grant, locked_request, require_open
from marketplace.models import AccessRequest, RequestKind
from marketplace.permissions import Action
from marketplace.subscriptions import require_future


def approve_request(
    *,
    actor: Actor,
    request: AccessRequest,
    reason: str = "",
    expires_at: datetime | None = None,
    now: datetime,
) -> AccessRequest:
    """The subscription is approved, or has the plan that was asked for; it ends at ``expires_at``, if that is given.

    Of two answers at once the first counts: the other raises ``Conflict``, as do a plan and a version that take
    nobody any more. Raises ``Invalid`` for a moment that is past.
    """
    require_future(expires_at, now)
    with transaction.atomic():
        held = locked_request(request)
        # Asked of the row as it is now: who has owned the API since a transfer decides.
        require(actor, Action.ACCESS_DECIDE, held)
        require_open(held)
        if held.kind == RequestKind.ACCESS:
            refuse_closed(held.subscription.version, held.plan)
        else:
            refuse_deprecated(held.plan)
        grant(held, actor=actor, by=actor.name, reason=reason.strip(), expires_at=expires_at, now=now)
    return held
