"""The plans of an API: everybody who sees the API reads them, its owners add, change, order and deprecate them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import API
from catalog.queries.entries import editable
from catalog.web.api_page import api_page
from catalog.web.places import entry_crumbs
from common.access import can, require
from common.errors import Conflict, Invalid, NotFound
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.toasts import say
from common.web.words import counted
from marketplace.models import LIVE, Plan, Subscription
from marketplace.permissions import Action
from marketplace.plans import PlanMetadata
from marketplace.queries.plans import ORDERINGS, plans_of
from marketplace.usecases.create_plan import create_plan
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.edit_plan import edit_plan
from marketplace.usecases.restore_plan import restore_plan
from marketplace.web.plan_forms import PlanForm
from marketplace.web.plan_rows import plan_table

_SUBSCRIBERS = "subscriber,subscribers"


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    page = api_page(request.actor, slug)
    plans = list(plans_of(request.actor, slug).order_by(*ORDERINGS["position"]))
    may_manage = can(request.actor, Action.PLAN_MANAGE, page.api)
    context = page.context("plans", table=plan_table(plans), may_manage=may_manage)
    return render(request, "marketplace/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str) -> HttpResponse:
    actor, api = request.actor, _managed(request, slug)
    form = PlanForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            plan = create_plan(actor=actor, api=api, metadata=form.metadata(), now=timezone.now())
            say(request, f"{plan.title} is added", "It can be asked for from now on.")
            return redirect(request, _url(api))
    context = {**_context(api, "Add a plan"), "submit": "Add plan", "api": api}
    return render_form(request, "marketplace/plan_form.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    api = _managed(request, slug)
    found = _plan(api, plan)
    form = PlanForm(request.POST or None, plan=found)
    subscribers = counted(_subscribers(found), _SUBSCRIBERS)
    if form.is_valid():
        with refusals_in(form):
            changed = edit_plan(actor=request.actor, plan=found, metadata=form.metadata(), now=timezone.now())
            limits = any(name.startswith("requests_per_") for name in changed)
            text = f"{subscribers} {_get(found)} the new limits in about a second." if limits else ""
            say(request, f"{form.cleaned_data['name']} is saved", text)
            return redirect(request, _url(api))
    context = {
        **_context(api, f"Edit {found.title}"),
        "submit": "Save",
        "api": api,
        "consequence": f"{subscribers} {_get(found)} new limits at once. New terms and another approval hold for those "
        "who ask from then on.",
    }
    return render_form(request, "marketplace/plan_form.html", context, form=form)


@require_POST
def move(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    """One place up or down among the plans of the API."""
    api = _managed(request, slug)
    step = {"up": -1, "down": 1}.get(request.POST.get("direction", ""))
    if step is None:
        raise Invalid({"direction": "Use up or down."})
    plans = list(Plan.objects.filter(api=api).order_by("position", "id"))
    at = next((place for place, one in enumerate(plans) if one.public_id == plan), None)
    if at is None:
        raise NotFound
    if 0 <= at + step < len(plans):
        plans[at], plans[at + step] = plans[at + step], plans[at]
        for position, one in enumerate(plans):
            if one.position != position:
                metadata = PlanMetadata(position=position)
                edit_plan(actor=request.actor, plan=one, metadata=metadata, now=timezone.now())
    return redirect(request, f"{_url(api)}#{plan}")


@require_http_methods(["GET", "HEAD", "POST"])
def deprecate(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    api = _managed(request, slug)
    found = _plan(api, plan)
    if request.method == "POST":
        deprecate_plan(actor=request.actor, plan=found, now=timezone.now())
        say(request, f"{found.title} is deprecated", "It takes no new subscribers.")
        return redirect(request, _url(api))
    keeps = counted(_subscribers(found), "subscriber keeps it,subscribers keep it")
    context = {
        **_context(api, "Deprecate"),
        "heading": f"Deprecate {found.title}?",
        "effect": f"Nobody new gets it. {keeps} as it is. You can restore it.",
        "action": "Deprecate plan",
    }
    return render(request, "catalog/confirm.html", context)


@require_POST
def restore(request: HttpRequest, slug: str, plan: str) -> HttpResponse:
    api = _managed(request, slug)
    found = _plan(api, plan)
    try:
        restore_plan(actor=request.actor, plan=found, now=timezone.now())
    except Conflict as conflict:
        say(request, f"{found.title} stays deprecated", conflict.detail)
    else:
        say(request, f"{found.title} is restored", "It can be asked for again.")
    return redirect(request, _url(api))


def _managed(request: HttpRequest, slug: str) -> API:
    """The API of the address, which the actor may offer plans on."""
    api = editable(request.actor, API, slug)
    require(request.actor, Action.PLAN_MANAGE, api)
    return api


def _plan(api: API, public_id: str) -> Plan:
    found = Plan.objects.filter(api=api, public_id=public_id).first()
    if found is None:
        raise NotFound
    found.api = api
    return found


def _subscribers(plan: Plan) -> int:
    return Subscription.objects.filter(plan=plan, state__in=LIVE).count()


def _get(plan: Plan) -> str:
    return "gets" if _subscribers(plan) == 1 else "get"


def _url(api: API) -> str:
    return reverse("marketplace:api-plans", args=[api.slug])


def _context(api: API, last: str) -> dict[str, Any]:
    crumbs = [*entry_crumbs(api, "Plans")[:-1], {"title": "Plans", "url": _url(api)}, {"title": last}]
    return {"section": "browse", "crumbs": crumbs, "heading": last, "cancel_url": _url(api)}
