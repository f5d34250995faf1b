"""What a domain or a system holds, as far as the reader may know of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from catalog.groupings import MANAGE
from catalog.models import API, Domain, Service, System
from catalog.web.listing import listed
from catalog.web.places import group_url, team_url
from common import markdown
from common.access import can
from common.paging import bounded_count, page_of
from common.web.htmx import render
from common.web.paging import neighbours

PER_PAGE = 50
_ORDERING = ["title", "pk"]


@dataclass(frozen=True, slots=True)
class _List:
    """One tab of the page: what it is called and the rows behind it."""

    title: str
    rows: QuerySet


@require_safe
def domain(request: HttpRequest, slug: str) -> HttpResponse:
    found = _one(Domain.objects.select_related("owner"), slug)
    systems = _List("Systems", _systems(request.actor, found))
    return _page(request, found, {**_entries(request.actor, domain=found), "systems": systems}, [])


@require_safe
def system(request: HttpRequest, slug: str) -> HttpResponse:
    found = _one(System.objects.select_related("owner", "domain"), slug)
    above = [{"title": found.domain.title, "url": group_url(found.domain)}] if found.domain else []
    return _page(request, found, _entries(request.actor, system=found), above)


def _page(request: HttpRequest, group: Domain | System, lists: dict[str, _List], above: list[dict]) -> HttpResponse:
    show = request.GET.get("show", "apis")
    if show not in lists:
        raise Http404
    counts = {name: bounded_count(each.rows) for name, each in lists.items()}
    if not request.actor.is_authenticated and not (counts["apis"].value or counts["services"].value):
        # Who is not signed in learns of a part of the organisation only from what it has made public.
        raise Http404
    page = page_of(lists[show].rows, ordering=_ORDERING, limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "section": "browse",
        "group": group,
        "noun": group._meta.model_name,
        "sentence": markdown.first_words(group.description),
        "meta": _meta(group, request.actor),
        "crumbs": [*above, {"title": group.title}],
        "tabs": [
            {"name": name, "title": each.title, "url": f"{request.path}?show={name}", "count": counts[name].value}
            for name, each in lists.items()
        ],
        "tab": show,
        "items": page.items,
        "may_edit": can(request.actor, MANAGE[type(group)], group),
        "edit_url": reverse(f"catalog:{group._meta.model_name}-edit", args=[group.slug]),
        **neighbours(request, page),
    }
    return render(request, "catalog/group_detail.html", context)


def _systems(actor: Actor, group: Domain) -> QuerySet[System]:
    """The systems of the domain; for who is not signed in, those with something public."""
    systems = group.systems.all()
    if actor.is_authenticated:
        return systems
    apis = API.objects.visible_to(actor).filter(domain=group)
    services = Service.objects.visible_to(actor).filter(domain=group)
    return systems.filter(Q(pk__in=apis.values("system")) | Q(pk__in=services.values("system")))


def _entries(actor: Actor, **of: Any) -> dict[str, _List]:
    return {
        "apis": _List("APIs", listed(API.objects.visible_to(actor).filter(**of))),
        "services": _List("Services", listed(Service.objects.visible_to(actor).filter(**of))),
    }


def _meta(group: Domain | System, actor: Actor) -> list[dict[str, Any]]:
    meta: list[dict[str, Any]] = []
    if actor.is_authenticated and group.owner:
        meta.append({"words": group.owner.title, "team": True, "url": team_url(group.owner.slug)})
    if isinstance(group, System) and group.domain:
        meta.append({"words": group.domain.title, "icon": "category", "url": group_url(group.domain)})
    return meta


def _one(groups: QuerySet, slug: str) -> Any:
    group = groups.filter(slug=slug).first()
    if group is None:
        raise Http404
    return group
