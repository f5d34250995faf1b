"""An application asks for access to a version of an API."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from catalog.models import APIVersion
from catalog.querysets import is_visible
from common.access import require
from common.errors import Conflict, Invalid, NotFound
from marketplace.applications import refuse_retired
from marketplace.asking import covering, refuse_closed, refuse_unsaid
from marketplace.bounds import refuse_more_requests
from marketplace.deciding import grant, record_request
from marketplace.models import AccessRequest, Application, Approval, Plan, Subscription
from marketplace.permissions import Action
from marketplace.signals import access_requested, tell


def request_access(
    *,
    actor: Actor,
    application: Application,
    version: APIVersion,
    plan: Plan,
    reason: str = "",
    accepts_terms: bool = False,
    now: datetime,
) -> AccessRequest:
    """A request for the application, with its subscription: approved at once where the plan approves by itself, else
    pending until the owner of the API answers.

    Raises ``Invalid`` by field, and ``Conflict``, with what to do, when the version or the plan takes no requests, when
    the application is retired or asked too often, and when it has access already: ``subscription`` is then the one it
    has.
    """
    require(actor, Action.ACCESS_REQUEST, application)
    with transaction.atomic():
        held = _locked(application)
        wanted = APIVersion.objects.select_related("api__owner").get(pk=version.pk)
        if not is_visible(actor, wanted.api):
            raise NotFound
        if plan.api_id != wanted.api_id:
            raise Invalid({"plan": f"This is no plan of {wanted.api.title}."})
        # One after another on a plan, so that it is still what it says while somebody gets on it.
        offer = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        refuse_retired(held)
        refuse_closed(wanted, offer)
        _refuse_twice(held, wanted)
        refuse_unsaid(offer, reason, accepts_terms=accepts_terms)
        refuse_more_requests(actor, held, wanted.api_id, now)
        return _ask(actor, held, wanted, offer, reason.strip(), now)


def _locked(application: Application) -> Application:
    rows = Application.objects.select_related("team", "person", "environment")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=application.pk)


def _refuse_twice(application: Application, version: APIVersion) -> None:
    existing = covering(application, version)
    if existing is None:
        return
    raise Conflict(
        f"“{application.name}” has a subscription to {version.api.title} {existing.version.name}, which is "
        f"{existing.get_state_display().lower()} and opens {version.name} as well: {existing.public_id}. "
        "Change its plan, or revoke it first.",
        subscription=existing.public_id,
    )


def _ask(
    actor: Actor, application: Application, version: APIVersion, plan: Plan, reason: str, now: datetime
) -> AccessRequest:
    subscription = Subscription.objects.create(
        application=application,
        api=version.api,
        version=version,
        plan=plan,
        created_at=now,
        changed_at=now,
        changed_by=actor.name[:200],
    )
    request = AccessRequest.objects.create(
        subscription=subscription,
        plan=plan,
        reason=reason,
        terms_accepted_at=now if plan.terms else None,
        requested_at=now,
        requested_by_id=actor.user_id,
        requested_by_name=actor.name[:200],
    )
    record_request("requested", request, actor=actor, now=now)
    tell(access_requested, request_id=request.pk)
    if plan.approval == Approval.AUTOMATIC:
        grant(request, actor=actor, by="", reason="", expires_at=None, now=now)
    return request
