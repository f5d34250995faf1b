"""Mesh posture: summed up by domain, namespace, team, environment or source, and the services behind a number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from catalog.models import Environment
from common.access import can, require
from common.paging import Count, Page, bounded_count
from common.web.htmx import render
from common.web.paging import neighbours
from discovery.filters import CALLED_BY, MESHES, MTLS, OPENNESS
from discovery.models import DiscoveredService, Source
from discovery.permissions import Action
from discovery.queries.inbox import filtered, inbox_page
from discovery.queries.posture import GROUPINGS, ORDERINGS, posture_by
from discovery.web.inbox import CHOICES_AT_MOST, number_of
from discovery.web.inbox_rows import discovered_url, known_services
from discovery.web.posture import GROUPS, WORST, column_heads, group_tabs, name_head, row_of, services_url, total_of

PER_PAGE = 50
FIRST_GROUPS = "domain"
_FILTERS = (
    "search",
    "namespace",
    "environment",
    "source",
    "owner",
    "domain",
    "exposure",
    "mesh",
    "mtls",
    "callers",
    "open",
)
_NARROWED_BY = {"owner": "Owner", "domain": "Domain", "exposure": "Exposure"}


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """Two queries besides those of every page."""
    actor = request.actor
    require(actor, Action.DISCOVERY_READ)
    by, ordering = request.GET.get("by", ""), request.GET.get("ordering", "")
    by = by if by in GROUPINGS else FIRST_GROUPS
    ordering = ordering if ordering in ORDERINGS else WORST
    found = posture_by(actor, by, ordering=ordering, limit=PER_PAGE, cursor=request.GET.get("cursor") or None)
    context = {
        "section": "discovery",
        "tabs": group_tabs(by),
        "by": by,
        "head": name_head(by, ordering),
        "heads": column_heads(by, ordering),
        "rows": [row_of(one, by) for one in found.page.items],
        "groups": found.groups,
        "groups_title": GROUPS[by][0].lower(),
        "total": found.total,
        "total_cells": total_of(found.total),
        "is_read": found.total.services > found.total.mesh_unknown,
        "can_add": can(actor, Action.SOURCE_MANAGE),
        **neighbours(request, found.page),
    }
    return render(request, "discovery/posture.html", context)


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """What is there and meets the filters of the address; at most six queries besides those of every page."""
    actor = request.actor
    require(actor, Action.DISCOVERY_READ)
    chosen = {name: value for name in _FILTERS if (value := request.GET.get(name, "").strip()[:200])}
    asked = {**chosen, "present": "true"}
    cursor = {"cursor": request.GET["cursor"]} if request.GET.get("cursor") else {}
    page = inbox_page(actor, asked | cursor, limit=PER_PAGE, ordering="name")
    context = {
        "section": "discovery",
        "rows": _rows(page.items, actor),
        "count": number_of(_count(actor, asked, page)),
        "chosen": chosen,
        "selects": _selects(actor, chosen),
        "narrowed": [
            {
                "name": name,
                "value": chosen[name],
                "title": title,
                "url": services_url({key: value for key, value in chosen.items() if key != name}),
            }
            for name, title in _NARROWED_BY.items()
            if name in chosen
        ],
        **neighbours(request, page),
    }
    return render(request, "discovery/posture_services.html", context)


def _count(actor: Actor, asked: dict[str, str], page: Page) -> Count:
    """How many services meet the filters; at most one query, none where one page holds them all."""
    if page.next is None and page.previous is None:
        return Count(len(page.items), True)
    return bounded_count(filtered(actor, asked))


def _rows(items: list[DiscoveredService], actor: Actor) -> list[dict[str, Any]]:
    known = known_services(items, actor)
    return [
        {
            "seen": one,
            "url": discovered_url(one.pk),
            "service": known.get(one.service_id),
            "owner": _owner(one, known),
            "exposure": "open" if one.is_open else one.exposure,
        }
        for one in items
    ]


def _owner(one: DiscoveredService, known: dict[int, Any]) -> Any:
    if one.service_id is None:
        return one.proposed_owner
    return known[one.service_id].owner if one.service_id in known else None


def _selects(actor: Actor, chosen: dict[str, str]) -> list[dict[str, Any]]:
    environments = Environment.objects.visible_to(actor).order_by("position", "slug").values_list("slug", "title")
    names = Source.objects.visible_to(actor).order_by("name").values_list("name", "name")
    selects = [
        ("environment", "Environment", list(environments)),
        ("source", "Source", list(names[:CHOICES_AT_MOST])),
        ("open", "Exposure", OPENNESS),
        ("mesh", "Mesh", MESHES),
        ("mtls", "mTLS", MTLS),
        ("callers", "Callers", CALLED_BY),
    ]
    return [
        {"name": name, "title": title, "options": options, "chosen": chosen.get(name, "")}
        for name, title, options in selects
        if options
    ]
