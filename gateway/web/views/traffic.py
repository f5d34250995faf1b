"""Traffic of an API for the team that owns it, and of an application for those who hold it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.web.api_page import api_page
from common.access import can, require
from common.web.htmx import render
from gateway.permissions import Action
from gateway.queries.sharing import Share, shares_in, shares_of_api
from gateway.queries.usage import UsageOver, usage_of_api, usage_of_application
from gateway.web import traffic
from marketplace.web.application_page import ApplicationPage
from marketplace.web.lookup import application_named

_PART = "gateway/_traffic.html"


@require_safe
def of_api(request: HttpRequest, slug: str) -> HttpResponse:
    """What every page of an API costs, and five queries more. Who does not own the API is told whom to ask."""
    require(request.actor, Action.GATEWAY_READ)
    page = api_page(request.actor, slug)
    if not can(request.actor, Action.USAGE_READ, page.api):
        return render(request, "gateway/api_traffic.html", page.context("traffic", is_hidden=True))
    name = traffic.chosen(request.GET.get("window"))
    usage = usage_of_api(request.actor, page.api, traffic.window_of(name, timezone.now()), "consumer")
    urls = {one.key: reverse("marketplace:application-detail", args=[one.key]) for one in usage.groups if one.key}
    about = _shown(request, name, usage, urls, shares_of_api(page.api)) | {
        "figures": traffic.figures(usage, len(urls)),
        "lines_title": "Consumers",
        "line_title": "Application",
    }
    return render(request, "gateway/api_traffic.html", page.context("traffic", **about), part=_PART)


@require_safe
def of_application(request: HttpRequest, public_id: str) -> HttpResponse:
    """What every page of an application costs, and five queries more."""
    page = ApplicationPage(request.actor, application_named(request, public_id))
    if not can(request.actor, Action.USAGE_READ, page.application):
        return render(request, "gateway/application_usage.html", page.context("usage", is_hidden=True))
    name = traffic.chosen(request.GET.get("window"))
    window = traffic.window_of(name, timezone.now())
    usage = usage_of_application(request.actor, page.application, window, "api")
    urls = {one.key: reverse("catalog:api-detail", args=[one.key]) for one in usage.groups if one.key}
    about = _shown(request, name, usage, urls, shares_in(page.application.environment)) | {
        "figures": traffic.figures(usage),
        "lines_title": "APIs",
        "line_title": "API",
    }
    return render(request, "gateway/application_usage.html", page.context("usage", **about), part=_PART)


def _shown(
    request: HttpRequest, name: str, usage: UsageOver, urls: Mapping[str, str], shares: list[Share]
) -> dict[str, Any]:
    return {
        "windows": traffic.links(request.path, name),
        "here": f"{request.path}?window={name}",
        "is_live": name == traffic.LIVE,
        "usage": usage,
        "charts": traffic.charts(usage),
        "lines": traffic.lines(usage, urls),
        "shares": shares,
        "is_connected": any(one.gateways for one in shares),
    }
