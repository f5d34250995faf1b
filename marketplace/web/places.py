"""Where the pages of the marketplace are: their addresses, the way to them, and the tabs of Access."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

from common.web.addresses import parts_of, path_here
from marketplace.models import Application


def application_url(application: Application) -> str:
    return reverse("marketplace:application-detail", args=[application.public_id])


def crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """Access, then each title with its address; the last has none."""
    first = {"title": "Access", "url": reverse("marketplace:application-list")}
    return [first, *({"title": title, "url": url} for title, url in trail)]


def application_crumbs(application: Application, last: str = "") -> list[dict[str, str]]:
    """The way to an application, and to a page below it."""
    if not last:
        return crumbs((application.name, ""))
    return crumbs((application.name, application_url(application)), (last, ""))


def came_from(request: HttpRequest) -> str:
    """The page of this site that ``?next=`` names; empty for any other."""
    return path_here(request, request.GET.get("next", ""))


def with_application(url: str, application: Application) -> str:
    """The address with the application chosen on it."""
    parts = parts_of(url)
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != "application"]
    return f"{parts.path}?{urlencode([*pairs, ('application', application.public_id)])}"


def confirmation(heading: str, effect: str, action: str, cancel_url: str, **more: Any) -> dict[str, Any]:
    """The context of a question before something that is not undone."""
    return {"heading": heading, "effect": effect, "action": action, "cancel_url": cancel_url, **more}
