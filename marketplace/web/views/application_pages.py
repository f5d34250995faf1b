"""The pages of an application: overview, subscriptions, keys, members and history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Membership
from common.access import require
from common.paging import page_of
from common.web.htmx import render
from common.web.paging import neighbours
from marketplace.permissions import Action
from marketplace.queries.history import history_of
from marketplace.queries.subscription_details import keys_of, live_subscriptions, subscriptions_of, with_details
from marketplace.web.application_page import ApplicationPage
from marketplace.web.history import history_lines
from marketplace.web.lookup import application_named
from marketplace.web.subscription_keys import application_key_rows
from marketplace.web.subscription_rows import subscription_rows

SUBSCRIPTIONS_SHOWN = 20
PER_PAGE = 50


@require_safe
def overview(request: HttpRequest, public_id: str) -> HttpResponse:
    """The subscriptions that are not over, with their keys, and what other rooms add."""
    page = _page(request, public_id)
    now = timezone.now()
    found = list(live_subscriptions(request.actor, page.application, now)[: SUBSCRIPTIONS_SHOWN + 1])
    rows = subscription_rows(request.actor, found[:SUBSCRIPTIONS_SHOWN], now)
    # Who was rejected comes here for the reason, which stands beside what is over.
    has_ended = not rows and subscriptions_of(request.actor, page.application).exists()
    has_more = len(found) > SUBSCRIPTIONS_SHOWN
    return _render(request, page, "overview", rows=rows, has_more=has_more, has_ended=has_ended)


@require_safe
def subscriptions(request: HttpRequest, public_id: str) -> HttpResponse:
    """All there ever were, newest first, page by page."""
    page = _page(request, public_id)
    now = timezone.now()
    found = with_details(subscriptions_of(request.actor, page.application), now)
    shown = page_of(found, ordering=["-created_at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    rows = subscription_rows(request.actor, shown.items, now)
    return _render(request, page, "subscriptions", rows=rows, **neighbours(request, shown))


@require_safe
def keys(request: HttpRequest, public_id: str) -> HttpResponse:
    """All there ever were, newest first, page by page."""
    page = _page(request, public_id)
    found = keys_of(request.actor, page.application)
    shown = page_of(found, ordering=["-created_at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    rows = application_key_rows(request.actor, shown.items, timezone.now())
    return _render(request, page, "keys", rows=rows, **neighbours(request, shown))


@require_safe
def members(request: HttpRequest, public_id: str) -> HttpResponse:
    """The people of the team that holds it: those who may use its keys."""
    page = _page(request, public_id)
    people = Membership.objects.filter(team=page.application.team).select_related("user")
    found = people if page.application.team_id else people.none()
    shown = page_of(found, ordering=["user__username", "id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    return _render(request, page, "members", memberships=shown.items, **neighbours(request, shown))


@require_safe
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was done to it, its subscriptions, requests and keys, newest first."""
    page = _page(request, public_id)
    require(request.actor, Action.APPLICATION_EDIT, page.application)
    found = history_of(page.application)
    shown = page_of(found, ordering=["-at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    return _render(request, page, "history", lines=history_lines(shown.items), **neighbours(request, shown))


def _page(request: HttpRequest, public_id: str) -> ApplicationPage:
    return ApplicationPage(request.actor, application_named(request, public_id))


def _render(request: HttpRequest, page: ApplicationPage, tab: str, **context: Any) -> HttpResponse:
    name = "detail" if tab == "overview" else tab
    return render(request, f"marketplace/application_{name}.html", page.context(tab, **context))
