"""What the gateways put on the pages of an API."""

from django.urls import reverse

from catalog.web.api_page import APIPage
from catalog.web.extensions import Button, Tab, api_buttons, api_tabs
from gateway.models import Route


@api_buttons.register
def console_button(page: APIPage) -> list[Button]:
    """The console, where a gateway carries the version; one query for who is signed in."""
    if not page.actor.is_authenticated:
        return []
    if not Route.objects.visible_to(page.actor).filter(instance__version=page.version).exists():
        return []
    url = reverse("gateway:console", args=[page.api.slug, page.version.name])
    return [Button("Console", url, icon="terminal-2")]


@api_tabs.register
def traffic_tab(page: APIPage) -> list[Tab]:
    """For everybody who is known; no query."""
    if not page.actor.is_authenticated:
        return []
    return [Tab("traffic", "Traffic", reverse("gateway:api-traffic", args=[page.api.slug]))]


@api_tabs.register
def routes_tab(page: APIPage) -> list[Tab]:
    """For those who are signed in; no query."""
    if not page.actor.is_authenticated:
        return []
    return [Tab("routes", "Routes", reverse("gateway:api-routes", args=[page.api.slug]))]
