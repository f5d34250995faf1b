"""Get access: from an API's page to a subscription, and to its first key where the plan approves by itself."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from common.access import require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.toasts import say
from marketplace.models import AccessRequest, Authentication, RequestState
from marketplace.permissions import Action
from marketplace.queries.offers import applications_without
from marketplace.usecases.create_application import create_application
from marketplace.usecases.issue_key import issue_key
from marketplace.usecases.request_access import request_access
from marketplace.web.access_form import GetAccess
from marketplace.web.access_page import AccessOffer, access_offer
from marketplace.web.new_key import new_key
from marketplace.web.places import application_url
from marketplace.web.plan_rows import plan_table

APPLICATIONS_SHOWN = 200
_PAGE, _PART = "marketplace/get_access.html", "marketplace/_get_access_dialog.html"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def get_access(request: HttpRequest, slug: str) -> HttpResponse:
    """Twelve queries with who asks and the menu; the application is the one named, or the first by name."""
    actor = request.actor
    require(actor, Action.MARKETPLACE_READ)
    offer = access_offer(actor, slug, request.GET.get("version", ""))
    context = offer.context()
    if context["obstacle"] is not None:
        return render(request, _PAGE, context, part=_PART)
    form = _form(request, offer)
    if form.is_valid():
        with refusals_in(form):
            return _answered(request, _ask(request, offer, form), offer)
    context |= {"table": plan_table(offer.plans)}
    return render_form(request, _PAGE, context, form=form, part=_PART)


def _form(request: HttpRequest, offer: AccessOffer) -> GetAccess:
    applications = applications_without(request.actor, offer.covering, APPLICATIONS_SHOWN)
    initial = {name: request.GET[name] for name in ("application", "plan", "reason") if name in request.GET}
    return GetAccess(
        request.POST or None, actor=request.actor, applications=applications, plans=offer.plans, initial=initial
    )


def _ask(request: HttpRequest, offer: AccessOffer, form: GetAccess) -> AccessRequest:
    """The application is created only together with what it asks for."""
    actor, now = request.actor, timezone.now()
    with transaction.atomic():
        application = form.chosen_application()
        if application is None:
            application = create_application(actor=actor, **form.new_application(), now=now)
        return request_access(actor=actor, application=application, version=offer.version, **form.asked(), now=now)


def _answered(request: HttpRequest, asked: AccessRequest, offer: AccessOffer) -> HttpResponse:
    application = asked.subscription.application
    if asked.state != RequestState.APPROVED:
        say(request, f"Access to {offer.api.title} is requested", f"Waits for {offer.owner}.")
        return redirect(request, application_url(application))
    if asked.plan.authentication == Authentication.KEYLESS:
        say(request, f"{application.name} has access to {offer.api.title}", "Calls need no key.")
        return redirect(request, application_url(application))
    return _first_key(request, asked, offer)


@sensitive_variables("secret", "context")
def _first_key(request: HttpRequest, asked: AccessRequest, offer: AccessOffer) -> HttpResponse:
    """The key is in this answer, once."""
    subscription = asked.subscription
    credential, secret = issue_key(actor=request.actor, subscription=subscription, now=timezone.now())
    context: dict[str, Any] = {
        **offer.context(),
        **new_key(request.actor, credential, secret),
        "subscription": subscription,
    }
    return render(request, "marketplace/access_granted.html", context, part="marketplace/_access_granted_dialog.html")
