"""What nobody answers for: discovered services that nobody is proposed for, and services of the catalog."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.permissions import Action as CatalogAction
from common.access import can, require
from common.paging import bounded_counts, page_of
from common.web.htmx import render
from common.web.paging import neighbours
from discovery.permissions import Action
from discovery.queries.inbox import (
    NEWEST,
    ORDERINGS,
    ids_in_order,
    shown_page,
    unowned_discovered,
    unowned_services,
)
from discovery.web.inbox import number_of, rows_shown

PER_PAGE = 50


@require_safe
def unowned(request: HttpRequest) -> HttpResponse:
    """One of the two lists, ``?show=services`` for the catalog's, page by page."""
    actor = request.actor
    require(actor, Action.DISCOVERY_READ)
    shows_services = request.GET.get("show") == "services"
    discovered, services = unowned_discovered(actor), unowned_services(actor)
    counts = bounded_counts([discovered, services])
    cursor = request.GET.get("cursor")
    if shows_services:
        page = page_of(services.defer("description"), ordering=["title", "id"], limit=PER_PAGE, cursor=cursor)
        rows = [{"service": one, "may_edit": can(actor, CatalogAction.SERVICE_EDIT, one)} for one in page.items]
    else:
        found = ids_in_order(actor, discovered, NEWEST, searches=False)
        page = shown_page(page_of(found, ordering=ORDERINGS[NEWEST], limit=PER_PAGE, cursor=cursor))
        rows = rows_shown(page.items, actor)
    url = reverse("discovery:unowned")
    context = {
        "section": "discovery",
        "shows_services": shows_services,
        "rows": rows,
        "here": request.get_full_path(),
        "lists": [
            {"title": "Discovered", "url": url, "count": number_of(counts[0]), "is_current": not shows_services},
            {
                "title": "In the catalog",
                "url": f"{url}?show=services",
                "count": number_of(counts[1]),
                "is_current": shows_services,
            },
        ],
        **neighbours(request, page),
    }
    return render(request, "discovery/unowned.html", context)
