"""What an answer to a request does, whether its plan gives it or the owner of the API."""

from datetime import datetime

from accounts.actor import Actor
from accounts.audit import record
from common.errors import Conflict
from marketplace.models import AccessMessage, AccessRequest, RequestKind, RequestState, SubscriptionState
from marketplace.signals import request_decided, tell
from marketplace.subscriptions import OPEN, enter, locked_subscription, name_of, record_subscription, tell_gateways


def locked_request(request: AccessRequest) -> AccessRequest:
    """The request as it is now, with its plan and its subscription, both locked until the transaction ends."""
    # The subscription first, as in every other change of it.
    subscription = locked_subscription(request.subscription_id)
    row = AccessRequest.objects.select_for_update(of=("self",)).select_related("plan").get(pk=request.pk)
    row.subscription = subscription
    return row


def require_open(request: AccessRequest) -> None:
    """Raise ``Conflict`` when the request has had its answer, with whose it was."""
    if request.state in OPEN:
        return
    word = RequestState(request.state).label.lower()
    by = f" by {request.decided_by_name}" if request.decided_by_name else ""
    raise Conflict(f"This request was {word}{by} already.", state=request.state)


def settle(request: AccessRequest, state: RequestState, *, by: str, reason: str, now: datetime) -> None:
    """Save the answer."""
    request.state, request.decided_at = state, now
    request.decided_by_name, request.decision_reason = by[:200], reason
    request.save(update_fields=["state", "decided_at", "decided_by_name", "decision_reason"])


def grant(
    request: AccessRequest, *, actor: Actor, by: str, reason: str, expires_at: datetime | None, now: datetime
) -> None:
    """The locked request is approved ``by`` that name (empty: by its plan), and its subscription is what was asked for.

    ``expires_at`` is when access ends; for a change of plan ``None`` leaves it. The last thing of a transaction.
    """
    subscription = request.subscription
    before = subscription.plan
    settle(request, RequestState.APPROVED, by=by, reason=reason, now=now)
    subscription.plan = request.plan
    difference = {"plan": (before.slug, request.plan.slug)} if before != request.plan else {}
    if expires_at is not None:
        subscription.expires_at = expires_at
        difference["expires_at"] = (None, expires_at.isoformat())
    if request.kind == RequestKind.ACCESS:
        subscription.approved_at, subscription.approved_by = now, by[:200]
        difference["state"] = (subscription.state, SubscriptionState.APPROVED.value)
        enter(subscription, SubscriptionState.APPROVED, actor=actor, reason=reason, now=now)
        verb = "approved"
    else:
        enter(subscription, subscription.state, actor=actor, reason=subscription.state_reason, now=now)
        verb = "plan_changed"
    record_subscription(verb, subscription, actor=actor, now=now, difference=difference)
    tell(request_decided, request_id=request.pk)
    tell_gateways([subscription], now)


def record_request(verb: str, request: AccessRequest, *, actor: Actor, now: datetime) -> None:
    """Leave ``marketplace.access.<verb>`` in the audit trail, for the team that owns the API."""
    record(
        actor=actor,
        action=f"marketplace.access.{verb}",
        obj=request,
        name=name_of(request.subscription),
        team_id=request.subscription.api.owner_id,
        difference={"plan": ("", request.plan.slug), "kind": ("", request.kind)} if verb == "requested" else None,
        now=now,
    )


def say(request: AccessRequest, text: str, *, actor: Actor, is_question: bool, now: datetime) -> None:
    """Add a word to the request, and wait for the other side."""
    AccessMessage.objects.create(
        request=request, at=now, author_name=actor.name[:200], is_question=is_question, text=text
    )
    request.state = RequestState.ASKED if is_question else RequestState.PENDING
    request.save(update_fields=["state"])
