"""Where an application calls what it has access to, on its overview."""

from dataclasses import dataclass

from django.urls import reverse

from catalog.models import APIVersion
from catalog.querysets import visible
from catalog.web.extensions import Part
from gateway.models import Route
from marketplace.coverage import covers
from marketplace.models import Authentication, Subscription, SubscriptionState
from marketplace.web.application_page import ApplicationPage
from marketplace.web.extensions import application_parts


@dataclass(frozen=True, slots=True)
class Door:
    """Where an application calls a version that one of its subscriptions opens."""

    version: APIVersion
    url: str
    needs_key: bool

    @property
    def console_url(self) -> str:
        return reverse("gateway:console", args=[self.version.api.slug, self.version.name])


@application_parts.register
def how_to_call(page: ApplicationPage) -> list[Part]:
    """Where it calls what it has access to, for those who hold it; two queries."""
    if not page.may_edit or page.is_retired:
        return []
    rows = Subscription.objects.filter(
        visible(page.actor, "api__"), application=page.application, state=SubscriptionState.APPROVED
    )
    opened = list(rows.select_related("version", "plan"))
    routes = (
        Route.objects.visible_to(page.actor)
        .filter(instance__environment=page.application.environment_id, api__in={one.api_id for one in opened})
        .select_related("instance__version__api")
        .order_by("api__title", "path")
    )
    doors = [door for route in routes for door in _doors(route, opened)]
    return [Part("gateway/_how_to_call.html", {"doors": doors})] if doors else []


def _doors(route: Route, opened: list[Subscription]) -> list[Door]:
    version = route.instance.version
    opening = [one for one in opened if one.api_id == route.api_id and covers(one.version.name, version.name)]
    needs_key = any(one.plan.authentication == Authentication.API_KEY for one in opening)
    return [Door(version, route.instance.url, needs_key)] if opening else []
