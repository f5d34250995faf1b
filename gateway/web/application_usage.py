"""The traffic of an application on its pages."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from catalog.web.extensions import Part, Tab
from common.access import can
from common.web.charts import spark_points
from gateway.permissions import Action
from gateway.queries.usage import usage_of_application
from gateway.web import traffic
from marketplace.web.application_page import ApplicationPage
from marketplace.web.extensions import application_parts, application_tabs


@application_tabs.register
def usage_tab(page: ApplicationPage) -> list[Tab]:
    """For its holders; no query."""
    if not can(page.actor, Action.USAGE_READ, page.application):
        return []
    return [Tab("usage", "Usage", _url(page))]


@application_parts.register
def usage_part(page: ApplicationPage) -> list[Part]:
    """The last day in figures and one line; two queries."""
    if not can(page.actor, Action.USAGE_READ, page.application):
        return []
    window = traffic.window_of(traffic.DEFAULT, timezone.now())
    usage = usage_of_application(page.actor, page.application, window)
    context: dict[str, Any] = {
        "figures": traffic.figures(usage) if usage.total.requests else [],
        "points": spark_points([step.counts.requests for step in usage.steps]),
        "url": _url(page),
    }
    return [Part("gateway/_application_usage.html", context)]


def _url(page: ApplicationPage) -> str:
    return reverse("gateway:application-usage", args=[page.application.public_id])
