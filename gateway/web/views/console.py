"""The console: Swagger UI that calls a version through its gateways, and the key that it calls with."""

from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.queries.versions import version_detail
from catalog.questions import Calling, how_to_call
from catalog.web.places import entry_crumbs
from common.access import require
from common.web.htmx import render
from gateway.permissions import Action
from gateway.queries.console import callers_of, opening_subscription
from marketplace.usecases.issue_console_key import issue_console_key


@require_safe
@never_cache
def console(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """The page may connect to the gateways that carry the version, and to nobody else."""
    require(request.actor, Action.GATEWAY_READ, None)
    shown = version_detail(request.actor, slug, version)
    calling = how_to_call.ask(request.actor, shown) or Calling()
    context = {
        "section": "browse",
        "api": shown.api,
        "version": shown,
        "crumbs": entry_crumbs(shown.api, f"{shown.name} in the console"),
        "calling": calling,
        "callers": callers_of(request.actor, shown, calling, timezone.now()),
    }
    sources = ["'self'", *sorted({_origin(way.url) for way in calling.ways})]
    return csp_update({"connect-src": sources})(render)(request, "gateway/console.html", context)


@require_POST
@never_cache
def console_key(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """A key of some minutes for the page, and for how many seconds it is good."""
    now = timezone.now()
    require(request.actor, Action.GATEWAY_READ, None)
    shown = version_detail(request.actor, slug, version)
    subscription = opening_subscription(request.actor, shown, request.POST.get("subscription", ""), now)
    credential, secret = issue_console_key(actor=request.actor, subscription=subscription, now=now)
    return JsonResponse({"key": secret, "seconds": int((credential.expires_at - now).total_seconds())})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
