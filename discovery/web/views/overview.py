"""The first page of discovery: every source the reader may see, and what waits for a person."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.access import require
from common.paging import page_of
from common.web.htmx import render
from common.web.paging import neighbours
from discovery.models import Source
from discovery.permissions import Action

PER_PAGE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.DISCOVERY_READ)
    sources = Source.objects.visible_to(request.actor).select_related("environment", "owner", "last_run")
    page = page_of(sources, ordering=["name"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {"section": "discovery", "sources": page.items, **neighbours(request, page)}
    return render(request, "discovery/overview.html", context)
