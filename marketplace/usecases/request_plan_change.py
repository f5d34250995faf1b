"""An application asks for another plan on a subscription it has."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Conflict, Invalid
from marketplace.asking import refuse_deprecated, refuse_unsaid
from marketplace.bounds import refuse_more_requests
from marketplace.deciding import grant, record_request
from marketplace.models import AccessRequest, Approval, Plan, RequestKind, Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.signals import access_requested, tell
from marketplace.subscriptions import OPEN, locked_subscription, require_state


def request_plan_change(
    *,
    actor: Actor,
    subscription: Subscription,
    plan: Plan,
    reason: str = "",
    accepts_terms: bool = False,
    now: datetime,
) -> AccessRequest:
    """A request for that plan: the subscription has it at once where the plan approves by itself, else the old plan
    goes on until the owner of the API answers.

    Raises ``Invalid`` by field and ``Conflict`` when the subscription is not approved, when it waits for an answer
    already, and when the plan takes nobody or its keys would open nothing there.
    """
    require(actor, Action.ACCESS_REQUEST, subscription.application)
    with transaction.atomic():
        held = locked_subscription(subscription.pk)
        require_state(held, SubscriptionState.APPROVED)
        if plan.api_id != held.api_id:
            raise Invalid({"plan": f"This is no plan of {held.api.title}."})
        offer = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        _refuse_unfit(held, offer)
        refuse_unsaid(offer, reason, accepts_terms=accepts_terms)
        refuse_more_requests(actor, held.application, held.api_id, now)
        request = AccessRequest.objects.create(
            kind=RequestKind.PLAN_CHANGE,
            subscription=held,
            plan=offer,
            reason=reason.strip(),
            terms_accepted_at=now if offer.terms else None,
            requested_at=now,
            requested_by_id=actor.user_id,
            requested_by_name=actor.name[:200],
        )
        record_request("requested", request, actor=actor, now=now)
        tell(access_requested, request_id=request.pk)
        if offer.approval == Approval.AUTOMATIC:
            grant(request, actor=actor, by="", reason="", expires_at=None, now=now)
    return request


def _refuse_unfit(subscription: Subscription, plan: Plan) -> None:
    if plan == subscription.plan:
        raise Conflict(f"The subscription is on the plan “{plan.title}” already.")
    refuse_deprecated(plan)
    if plan.authentication != subscription.plan.authentication:
        raise Conflict(
            f"On the plan “{plan.title}” callers show in another way who they are. Revoke this subscription, and ask "
            "for access on that plan."
        )
    if subscription.requests.filter(state__in=OPEN).exists():
        raise Conflict("Another change of plan waits for an answer. Withdraw it first.")
