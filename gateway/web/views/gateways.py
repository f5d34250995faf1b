"""Gateways: how they are, and what administrators change."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Action as PeopleAction
from accounts.web.places import administration_tabs
from common.access import can, require
from common.paging import page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours
from common.web.toasts import say
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.queries.gateways import (
    ORDERINGS,
    gateway_named,
    gateways,
    problems_of,
    refusals_of,
    routes_of,
    state_of,
)
from gateway.usecases.add_gateway import add_gateway
from gateway.usecases.edit_gateway import edit_gateway
from gateway.usecases.remove_gateway import remove_gateway
from gateway.usecases.rotate_gateway_token import rotate_gateway_token
from gateway.web.gateway_forms import GatewayForm
from marketplace import generations

PER_PAGE = 50
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SHOWN_AT_MOST = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.GATEWAY_READ)
    cursor = request.GET.get("cursor")
    page = page_of(gateways(request.actor), ordering=ORDERINGS["name"], limit=PER_PAGE, cursor=cursor)
    now = timezone.now()
    context = {
        "rows": [(one, state_of(one, now)) for one in page.items],
        "current": generations.current(),
        "may_manage": can(request.actor, Action.GATEWAY_MANAGE),
        "add_url": reverse("gateway:gateway-new"),
        **neighbours(request, page),
        **(administration_tabs("gateway") if can(request.actor, PeopleAction.PEOPLE_MANAGE) else {}),
    }
    return render(request, "gateway/gateway_list.html", context)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    gateway = _gateway(request, slug)
    routes = list(routes_of(request.actor, gateway)[: _SHOWN_AT_MOST + 1])
    problems = {one.route_id: one for one in problems_of(request.actor, gateway)[:_SHOWN_AT_MOST]}
    context = {
        "gateway": gateway,
        "crumbs": _crumbs(gateway),
        "state": state_of(gateway, timezone.now()),
        "current": generations.current(),
        "may_manage": can(request.actor, Action.GATEWAY_MANAGE, gateway),
        "routes": [(route, problems.get(route.pk)) for route in routes[:_SHOWN_AT_MOST]],
        "has_problems": bool(problems),
        "has_more_routes": len(routes) > _SHOWN_AT_MOST,
        "refusals": refusals_of(request.actor, gateway)[:_SHOWN_AT_MOST],
        "command": _command(gateway),
    }
    return render(request, "gateway/gateway_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("token")
def create(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.GATEWAY_MANAGE)
    form = GatewayForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            slug = form.cleaned_data["slug"]
            made, token = add_gateway(actor=request.actor, slug=slug, metadata=form.metadata(), now=timezone.now())
            return _token(request, made, token, is_new=True)
    context = {
        "heading": "Add a gateway",
        "submit": "Add gateway",
        "cancel_url": reverse("gateway:gateway-list"),
        "crumbs": _crumbs(None, "Add a gateway"),
    }
    return render_form(request, "gateway/gateway_form.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    gateway = _managed(request, slug)
    form = GatewayForm(request.POST or None, gateway=gateway)
    if form.is_valid():
        with refusals_in(form):
            edit_gateway(actor=request.actor, gateway=gateway, metadata=form.metadata(), now=timezone.now())
            say(request, f"{gateway.title} is saved", "Its agent hears of it within a second.")
            return redirect(request, _url(gateway))
    context = {
        "heading": f"Edit {gateway.title}",
        "submit": "Save",
        "cancel_url": _url(gateway),
        "crumbs": _crumbs(gateway, "Edit"),
    }
    return render_form(request, "gateway/gateway_form.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("token")
def new_token(request: HttpRequest, slug: str) -> HttpResponse:
    gateway = _managed(request, slug)
    if request.method == "POST":
        token = rotate_gateway_token(actor=request.actor, gateway=gateway, now=timezone.now())
        return _token(request, gateway, token, is_new=False)
    context = {
        "heading": f"Replace the token of {gateway.title}?",
        "effect": "The one of now opens nothing from then on. Traffic goes on; changes and revocations reach the "
        "gateway again when its agent has the new one.",
        "action": "Replace token",
        "cancel_url": _url(gateway),
    }
    return render(request, "accounts/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    gateway = _managed(request, slug)
    if request.method == "POST":
        remove_gateway(actor=request.actor, gateway=gateway, now=timezone.now())
        say(request, f"{gateway.title} is removed")
        return redirect(request, reverse("gateway:gateway-list"))
    context = {
        "heading": f"Remove {gateway.title}?",
        "effect": "Stop its Envoy first: it goes on with what it has, and revoked keys would open it for ever. Its "
        "routes stay, for other gateways may carry them.",
        "action": "Remove gateway",
        "cancel_url": _url(gateway),
    }
    return render(request, "accounts/confirm.html", context)


def _gateway(request: HttpRequest, slug: str) -> Gateway:
    require(request.actor, Action.GATEWAY_READ)
    return gateway_named(request.actor, slug)


def _managed(request: HttpRequest, slug: str) -> Gateway:
    gateway = _gateway(request, slug)
    require(request.actor, Action.GATEWAY_MANAGE, gateway)
    return gateway


def _token(request: HttpRequest, gateway: Gateway, token: str, *, is_new: bool) -> HttpResponse:
    context = {
        "gateway": gateway,
        "token": token,
        "is_new": is_new,
        "command": _command(gateway),
        "gateway_url": _url(gateway),
    }
    return render(request, "gateway/gateway_token.html", context)


def _command(gateway: Gateway) -> str:
    """How its Envoy and agent are started where it stands, to answer at its address."""
    lines = [
        f"PORTICO_GATEWAY_URL={settings.PORTICO_URL}",
        f"PORTICO_GATEWAY_TOKEN_FILE=/etc/portico/{gateway.slug}.token",
        f"PORTICO_GATEWAY_HOME=/var/lib/portico/{gateway.slug}",
        *_listening(gateway.url),
        "python manage.py gateway_run",
    ]
    return " \\\n".join(lines)


def _listening(url: str) -> list[str]:
    """The port that an address names, and every network unless it is this machine's own."""
    parts = urlsplit(url)
    port = [f"PORTICO_GATEWAY_PORT={parts.port}"] if parts.port else []
    return port if parts.hostname in LOOPBACK else [*port, "PORTICO_GATEWAY_BIND=0.0.0.0"]


def _crumbs(gateway: Gateway | None, *more: str) -> list[dict[str, Any]]:
    trail = [{"title": "Gateways", "url": reverse("gateway:gateway-list")}]
    if gateway is not None:
        trail.append({"title": gateway.title, "url": _url(gateway) if more else ""})
    return [*trail, *({"title": title, "url": ""} for title in more)]


def _url(gateway: Gateway) -> str:
    return reverse("gateway:gateway-detail", args=[gateway.slug])
