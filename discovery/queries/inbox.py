"""Reading discovered services: the list of the inbox, page by page, and one of them in full."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.actor import Actor
from catalog.models import Service
from common.errors import Invalid, NotFound
from common.paging import Page, page_of
from discovery.filters import NOBODY, DiscoveredServiceFilter
from discovery.models import DiscoveredService, State, Tombstone

#: What the inbox can be ordered by; the first is the default.
ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "-first_seen": ("-first_seen_at", "-id"),
    "first_seen": ("first_seen_at", "id"),
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
}

NEWEST = "-first_seen"
# More than there can be: the length of a slice that is there for the planner alone.
EVERYTHING = 100_000_000

_PROPOSED = ("source", "proposed_owner", "proposed_domain", "proposed_system", "specification_version", "fetch")
_WHOSE = ("source", "proposed_owner", "service__owner")
_ROWS = (*_PROPOSED, "service__owner", "rule")
#: The rows that the columns of each state name, and that say who decides; what is new is no service of the catalog yet.
#: Joining all of them would take longer to plan than to run.
_ROWS_OF: Mapping[str, tuple[str, ...]] = {
    State.NEW: _PROPOSED,
    State.MATCHED: (*_WHOSE, "specification_version", "fetch"),
    State.PUBLISHED: (*_WHOSE, "specification_version", "fetch"),
    State.MISSING: _WHOSE,
    State.IGNORED: ("source", "service", "rule"),
    State.RETIRED: ("source", "service", "rule"),
}
#: What a row of the inbox shows, of the discovered service and of the rows it names.
_SHOWN = (
    "name", "namespace", "cluster", "object_kind", "exposure", "standing", "state", "first_seen_at", "last_seen_at",
    "missing_since", "retired_at", "mesh", "mtls", "callers", "is_open",
    "match_reason", "is_pinned", "proposed_kind", "reasons", "specification",
    "specification_place", "specification_outcome", "specification_note",
    "source__name", "source__owner", "service__slug", "service__title", "service__visibility", "service__owner__title",
    "proposed_owner__title", "proposed_domain__title", "proposed_system__title", "rule__name",
    "fetch__outcome", "fetch__note", "fetch__place",
    "specification_version__format", "specification_version__format_version", "specification_version__operation_count",
)  # fmt: skip

#: What a list tells without making objects of its rows.
_PLAIN = (
    "id", "name", "namespace", "cluster", "object_kind", "state", "exposure", "first_seen_at", "last_seen",
    "mesh", "mtls", "callers", "is_open",
    "source__name", "environment__slug", "service__slug", "service__visibility", "service__owner_id",
    "proposed_kind", "proposed_owner__slug", "proposed_domain__slug", "proposed_system__slug", "proposed_visibility",
)  # fmt: skip


def plain(rows: Sequence[DiscoveredService]) -> list[Any]:
    """The same rows in the same order as named tuples of ``_PLAIN``; one query."""
    found = _found_again(rows).values_list(*_PLAIN, named=True)
    return _in_order(rows, {row.id: row for row in found})


def shown(rows: Sequence[DiscoveredService], state: str = "") -> list[DiscoveredService]:
    """The same rows in the same order with what the inbox shows, ``last_seen`` and ``workloads`` among it; one query.

    When all are in one ``state``, with what it shows of that one. A list finds the ids of its page first, for which an
    index is enough.
    """
    named = _ROWS_OF.get(state, _ROWS)
    found = _found_again(rows).annotate(workloads=F("facts__workloads")).select_related(*named).only(*_SHOWN)
    return _in_order(rows, {row.pk: row for row in found})


def _found_again(rows: Sequence[DiscoveredService]) -> QuerySet[DiscoveredService]:
    return with_last_seen(DiscoveredService.objects.filter(pk__in=[row.pk for row in rows]))


def _in_order(rows: Sequence[DiscoveredService], by_id: Mapping[int, Any]) -> list[Any]:
    return [by_id[row.pk] for row in rows if row.pk in by_id]


def with_last_seen(queryset: QuerySet[DiscoveredService]) -> QuerySet[DiscoveredService]:
    """With ``last_seen``: its own moment when it has one, else that of the last run that looked, which saw it."""
    return queryset.annotate(last_seen=Coalesce(F("last_seen_at"), F("source__seen_at")))


def filtered(actor: Actor, query: QueryDict | Mapping[str, str]) -> QuerySet[DiscoveredService]:
    """The actor's discovered services narrowed by a query string; raises ``Invalid`` by parameter."""
    found = DiscoveredServiceFilter(query, DiscoveredService.objects.visible_to(actor), actor=actor)
    if not found.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in found.errors.items()})
    return found.qs


def inbox_page(
    actor: Actor, query: QueryDict | Mapping[str, str], *, limit: int = 50, ordering: str = "-first_seen"
) -> Page:
    """One page of the inbox at ``?cursor=``; two queries. Raises ``Invalid`` by parameter."""
    if ordering not in ORDERINGS:
        raise Invalid({"ordering": f"Use one of {', '.join(ORDERINGS)}."})
    found = ids_in_order(actor, filtered(actor, query), ordering, searches=bool(query.get("search")))
    page = page_of(found, ordering=ORDERINGS[ordering], limit=limit, cursor=query.get("cursor"))
    return shown_page(page, query.get("state", ""))


def ids_in_order(
    actor: Actor, found: QuerySet[DiscoveredService], ordering: str, *, searches: bool
) -> QuerySet[DiscoveredService]:
    """The rows for finding a page: of each only its id and what it is ordered by, so that an index is enough."""
    if searches and not (actor.is_administrator and ordering == NEWEST):
        # What is searched for is found first and ordered then. Walking an order that has nothing to do with the words,
        # or past what others own, could read every row. A slice keeps the planner from making one of the two.
        found = DiscoveredService.objects.filter(pk__in=found.order_by().values("pk")[:EVERYTHING])
    return found.only(*(field.lstrip("-") for field in ORDERINGS[ordering]))


def shown_page(page: Page, state: str = "") -> Page:
    """The page with its rows as the inbox shows them; one query."""
    return replace(page, items=shown(page.items, state))


def discovered_detail(actor: Actor, discovered_id: int) -> DiscoveredService:
    """One discovered service with all that is known of it; two queries. Raises ``NotFound``."""
    tombstones = Tombstone.objects.select_related("service").order_by("-decided_at", "-id")
    rows = with_last_seen(DiscoveredService.objects.visible_to(actor)).select_related(
        *_ROWS, "environment", "specification", "specification_version__api", "drift__version__api", "drift__draft"
    )
    found = rows.prefetch_related(Prefetch("tombstones", tombstones)).filter(pk=discovered_id).first()
    if found is None:
        raise NotFound
    return found


def unowned_discovered(actor: Actor) -> QuerySet[DiscoveredService]:
    """What waits in the inbox and is for no team."""
    return filtered(actor, {"owner": NOBODY}).filter(state__in=[State.NEW, State.MATCHED])


def unowned_services(actor: Actor) -> QuerySet[Service]:
    """The services of the catalog that no team answers for."""
    return Service.objects.visible_to(actor).filter(owner=None).select_related("domain", "system")
