"""What a team owns, as a part of the team's page in the room below."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Team
from catalog.models import API, Service
from catalog.web.listing import listed
from common.errors import NotFound
from common.paging import bounded_count
from common.web.htmx import render

ENTRIES_AT_MOST = 50


@require_safe
def entries(request: HttpRequest, slug: str) -> HttpResponse:
    """APIs and services of the team that the reader may know of, by title."""
    team = Team.objects.visible_to(request.actor).filter(slug=slug).first()
    if team is None:
        raise NotFound
    apis = listed(API.objects.visible_to(request.actor).filter(owner=team))
    services = listed(Service.objects.visible_to(request.actor).filter(owner=team))
    context = {
        "section": "browse",
        "team": team,
        "apis": apis.order_by("title", "pk")[:ENTRIES_AT_MOST],
        "services": services.order_by("title", "pk")[:ENTRIES_AT_MOST],
        "api_count": bounded_count(apis).value,
        "service_count": bounded_count(services).value,
    }
    return render(request, "catalog/team_entries.html", context, part="catalog/_team_entries.html")
