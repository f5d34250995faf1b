"""The routes of an API: where they are in force, and what those who maintain gateways change."""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import Environment
from catalog.queries.versions import require_version
from catalog.web.api_page import api_page
from catalog.web.places import entry_crumbs
from common.access import can, require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.toasts import say
from gateway.carrying import gateways_of
from gateway.models import Gateway, Route, RouteProblem
from gateway.permissions import Action
from gateway.queries.routes import may_know_upstreams, route_of, routes, with_enforcement
from gateway.usecases.edit_route import edit_route
from gateway.usecases.remove_route import remove_route
from gateway.usecases.set_route import set_route
from gateway.web.route_forms import RouteForm
from marketplace.web.enforcement import enforcement_shown

_SOON = "Its gateways hear of it within a second."


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.actor, Action.GATEWAY_READ)
    page = api_page(request.actor, slug)
    found = with_enforcement(list(routes(request.actor, slug)), timezone.now())
    problems: dict[int, list[RouteProblem]] = defaultdict(list)
    for problem in RouteProblem.objects.filter(route__in=found).select_related("gateway").order_by("gateway__slug"):
        problems[problem.route_id].append(problem)
    context = page.context(
        "routes",
        rows=[(one, enforcement_shown(one.enforcement), problems[one.pk]) for one in found],
        may_know=may_know_upstreams(request.actor, page.api.owner_id),
        may_manage=_may_manage_any(request),
        new_url=reverse("gateway:route-new", args=[slug, page.version.name]),
    )
    return render(request, "gateway/routes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    require(request.actor, Action.GATEWAY_READ)
    found = require_version(request.actor, slug, version)
    if not _may_manage_any(request):
        require(request.actor, Action.ROUTE_MANAGE, [])
    form = RouteForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            given = form.cleaned_data
            set_route(
                actor=request.actor,
                version=found,
                environment=Environment.objects.get(slug=given["environment"]),
                upstream=given["upstream"],
                path=given["gateway_path"],
                settings=form.settings(),
                now=timezone.now(),
            )
            say(request, "The route is set", _SOON)
            return redirect(request, _list_url(slug))
    context = {
        "heading": f"Route {found.api.title} {found.name}",
        "submit": "Set route",
        "cancel_url": _list_url(slug),
        "section": "browse",
    }
    return render_form(request, "gateway/route_form.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, route: str) -> HttpResponse:
    found = _managed(request, slug, route)
    form = RouteForm(request.POST or None, route=found)
    if form.is_valid():
        with refusals_in(form):
            given = form.cleaned_data
            changes = {"path": given["gateway_path"], "upstream": given["upstream"], **form.settings()}
            edit_route(actor=request.actor, route=found, changes=changes, now=timezone.now())
            say(request, "The route is saved", _SOON)
            return redirect(request, _list_url(slug))
    context = {
        "heading": f"Edit the route {found.path}",
        "submit": "Save",
        "cancel_url": _list_url(slug),
        "section": "browse",
        "crumbs": entry_crumbs(found.api, found.path),
    }
    return render_form(request, "gateway/route_form.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, route: str) -> HttpResponse:
    found = _managed(request, slug, route)
    if request.method == "POST":
        remove_route(actor=request.actor, route=found, now=timezone.now())
        say(request, f"The route {found.path} is removed", _SOON)
        return redirect(request, _list_url(slug))
    context = {
        "heading": f"Remove the route {found.path}?",
        "effect": f"Calls to {found.instance.url} are refused within a second, whoever has access. The instance at "
        "this address goes with it.",
        "action": "Remove route",
        "cancel_url": _list_url(slug),
    }
    return render(request, "accounts/confirm.html", context)


def _managed(request: HttpRequest, slug: str, public_id: str) -> Route:
    require(request.actor, Action.GATEWAY_READ)
    found = route_of(request.actor, public_id)
    require(request.actor, Action.ROUTE_MANAGE, list(gateways_of(found.instance.environment_id)))
    return found


def _may_manage_any(request: HttpRequest) -> bool:
    """Whether there may be an environment whose gateways the actor all maintains; the use case asks of the one."""
    if request.actor.is_administrator:
        return True
    own = Gateway.objects.filter(team_id__in=request.actor.team_ids).first()
    return own is not None and can(request.actor, Action.ROUTE_MANAGE, [own])


def _list_url(slug: str) -> str:
    return reverse("gateway:api-routes", args=[slug])
