"""Reading discovered services: the list of the inbox, its counts, one of them in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.actor import Actor
from catalog.models import Service
from common.errors import Invalid, NotFound
from common.paging import COUNT_LIMIT, Count, Page, page_of
from discovery.filters import NOBODY, DiscoveredServiceFilter
from discovery.models import DiscoveredService, State, Tombstone

#: What the inbox can be ordered by; the first is the default.
ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "-first_seen": ("-first_seen_at", "-id"),
    "first_seen": ("first_seen_at", "id"),
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
}

_ROWS = ("source", "environment", "service", "proposed_owner", "proposed_domain", "proposed_system")
_NOT_SHOWN = ("fingerprint", "search_text", "proposed_description")


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many discovered services of the list are in a state; ``exact=False`` means «at least this many»."""

    state: State
    count: Count


def shown(rows: Sequence[DiscoveredService], *also: str) -> list[DiscoveredService]:
    """The same rows in the same order with what a list shows: ``last_seen`` and the rows they name, with those of
    ``also`` besides; one query.

    A list finds the ids of its page first, for which an index is enough.
    """
    found = with_last_seen(DiscoveredService.objects.filter(pk__in=[row.pk for row in rows]))
    by_id = {row.pk: row for row in found.select_related(*_ROWS, *also).defer(*_NOT_SHOWN)}
    return [by_id[row.pk] for row in rows if row.pk in by_id]


def ids_in_order(queryset: QuerySet[DiscoveredService], ordering: Sequence[str]) -> QuerySet[DiscoveredService]:
    """The queryset for finding a page: of each row only its id and what it is ordered by."""
    return queryset.only(*(field.lstrip("-") for field in ordering))


def with_last_seen(queryset: QuerySet[DiscoveredService]) -> QuerySet[DiscoveredService]:
    """With ``last_seen``: its own moment when it has one, else that of the last run that looked, which saw it."""
    return queryset.annotate(last_seen=Coalesce(F("last_seen_at"), F("source__seen_at")))


def filtered(actor: Actor, query: QueryDict | Mapping[str, str]) -> QuerySet[DiscoveredService]:
    """The actor's discovered services narrowed by a query string; raises ``Invalid`` by parameter."""
    return _narrowed(DiscoveredService.objects.visible_to(actor), query)


def inbox_page(
    actor: Actor, query: QueryDict | Mapping[str, str], *, limit: int = 50, ordering: str = "-first_seen"
) -> Page:
    """One page of the inbox at ``?cursor=``; two queries. Raises ``Invalid`` by parameter."""
    if ordering not in ORDERINGS:
        raise Invalid({"ordering": f"Use one of {', '.join(ORDERINGS)}."})
    fields = ORDERINGS[ordering]
    page = page_of(
        ids_in_order(filtered(actor, query), fields), ordering=fields, limit=limit, cursor=query.get("cursor")
    )
    return replace(page, items=shown(page.items))


def state_counts(actor: Actor, query: QueryDict | Mapping[str, str]) -> list[StateCount]:
    """For each state how many services the list would have, whatever state ``query`` asks for; exact to 10,000.

    One statement, of a bounded count a state.
    """
    others = {name: value for name, value in query.items() if name != "state"}
    found = filtered(actor, others).order_by()
    counted = _counted([found.filter(state=state).values("pk")[: COUNT_LIMIT + 1] for state in State])
    return [
        StateCount(state, Count(min(number, COUNT_LIMIT), number <= COUNT_LIMIT))
        for state, number in zip(State, counted, strict=True)
    ]


def discovered_detail(actor: Actor, discovered_id: int) -> DiscoveredService:
    """One discovered service with all that is known of it; two queries. Raises ``NotFound``."""
    tombstones = Tombstone.objects.select_related("service").order_by("-decided_at", "-id")
    rows = with_last_seen(DiscoveredService.objects.visible_to(actor)).select_related(
        *_ROWS, "rule", "specification", "specification_version__api"
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


def _narrowed(queryset: QuerySet[DiscoveredService], query: Mapping[str, str]) -> QuerySet[DiscoveredService]:
    found = DiscoveredServiceFilter(query, queryset)
    if not found.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in found.errors.items()})
    return found.qs


def _counted(lists: list[QuerySet]) -> list[int]:
    """The length of each list, in one statement, which has no table of its own that a queryset could begin at."""
    try:
        compiled = [rows.query.sql_with_params() for rows in lists]
    except EmptyResultSet:
        return [0] * len(lists)
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS counted)" for sql, _ in compiled)  # noqa: S608 - Django's
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, values in compiled for value in values])
        return list(cursor.fetchone())
