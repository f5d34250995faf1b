"""How the mesh protects what is there, summed up by domain, namespace, team, environment or source.

Counted are the discovered services that the actor may see and that are new, matched or published. A domain or a team is
the catalog's word where there is one that the actor may know of; before that, the proposal's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Count, F, Model, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from accounts.actor import Actor
from accounts.models import Team
from catalog.models import Domain, Environment
from catalog.querysets import visible
from common.errors import Invalid
from common.paging import Count as Counted
from common.paging import Page, bounded_count, page_of_list
from discovery.filters import UNKNOWN, protected
from discovery.models import PRESENT, DiscoveredService, Source

#: Further than this the overview says «999+».
OPEN_LIMIT = 999

_COUNTED: Mapping[str, Q] = {
    "sidecar": Q(mesh="sidecar"),
    "ambient": Q(mesh="ambient"),
    "outside": Q(mesh="outside"),
    "strict": Q(mtls="strict"),
    "permissive": Q(mtls="permissive"),
    "disabled": Q(mtls="disabled"),
    "mixed": Q(mtls="mixed"),
    "anyone": Q(callers="anyone"),
    "limited": Q(callers="limited"),
    "nobody": Q(callers="nobody"),
    "open": Q(is_open=True),
    "mtls_unknown": protected("mtls", UNKNOWN),
    "callers_unknown": protected("callers", UNKNOWN),
}


class Summary(NamedTuple):
    """The services of one group. ``slug`` names it, empty for those that are in none; ``source`` is only said of a
    namespace, which another source may have as well. Not known is what is not read or not evaluated."""

    title: str
    slug: str
    source: str
    services: int = 0
    sidecar: int = 0
    ambient: int = 0
    outside: int = 0
    strict: int = 0
    permissive: int = 0
    disabled: int = 0
    mixed: int = 0
    anyone: int = 0
    limited: int = 0
    nobody: int = 0
    open: int = 0
    mtls_unknown: int = 0
    callers_unknown: int = 0

    @property
    def in_mesh(self) -> int:
        return self.sidecar + self.ambient

    @property
    def mesh_unknown(self) -> int:
        return self.services - self.in_mesh - self.outside


@dataclass(frozen=True, slots=True)
class Summaries:
    """One page of groups, how many groups there are, and the sum of all of them."""

    page: Page
    groups: int
    total: Summary


@dataclass(frozen=True, slots=True)
class _Grouping:
    """``keys`` are what rows are grouped by; ``named`` gives the names of the last key when that is an id."""

    keys: Callable[[Actor], Mapping[str, Combinable]]
    named: type[Model] | None = None
    name: str = "slug"
    title: str = "title"


def _catalogs_or_proposed(actor: Actor, field: str) -> Combinable:
    return Case(
        When(service=None, then=F(f"proposed_{field}_id")),
        When(Q(service__isnull=False) & visible(actor, "service__"), then=F(f"service__{field}_id")),
        default=Value(None),
    )


GROUPINGS: Mapping[str, _Grouping] = {
    "domain": _Grouping(lambda actor: {"group": _catalogs_or_proposed(actor, "domain")}, Domain),
    "namespace": _Grouping(lambda actor: {"group": F("namespace"), "within": F("source_id")}),
    "team": _Grouping(lambda actor: {"group": _catalogs_or_proposed(actor, "owner")}, Team),
    "environment": _Grouping(lambda actor: {"group": F("environment_id")}, Environment),
    "source": _Grouping(lambda actor: {"group": F("source_id")}, Source, name="name", title="name"),
}

_BY_NAME = ("title", "slug", "source")
#: What the groups can be ordered by; the first is the default.
ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "worst": ("-open", "-disabled", "-permissive", "-mixed", "-anyone", *_BY_NAME),
    "name": _BY_NAME,
    "-name": ("-title", "-slug", "-source"),
    **{f"-{count}": (f"-{count}", *_BY_NAME) for count in ("services", "in_mesh", *_COUNTED)},
}


def posture_by(
    actor: Actor, by: str, *, ordering: str = "worst", limit: int = 50, cursor: str | None = None
) -> Summaries:
    """One page of the groups of ``GROUPINGS[by]``; at most two queries. Raises ``Invalid`` by parameter.

    All groups are read, since what they are ordered by is counted; of services only an index is.
    """
    for name, value, known in (("by", by, GROUPINGS), ("ordering", ordering, ORDERINGS)):
        if value not in known:
            raise Invalid({name: f"Use one of {', '.join(known)}."})
    groups = _groups(actor, GROUPINGS[by])
    page = page_of_list(groups, ordering=ORDERINGS[ordering], limit=limit, cursor=cursor)
    return Summaries(page, len(groups), _sum(groups))


def present(actor: Actor) -> QuerySet[DiscoveredService]:
    """What is there and not set aside, of what the actor may see."""
    return DiscoveredService.objects.visible_to(actor).filter(state__in=PRESENT)


def exposed_without_authentication(actor: Actor) -> Counted:
    """How many of them are open, counted to ``OPEN_LIMIT``; one query."""
    return bounded_count(present(actor).filter(is_open=True), OPEN_LIMIT)


def _groups(actor: Actor, grouping: _Grouping) -> list[Summary]:
    keys = grouping.keys(actor)
    # Any column that is never null: the index that is read has no other key.
    counts = {"services": Count("source"), **{name: Count("source", filter=q) for name, q in _COUNTED.items()}}
    rows = present(actor).order_by().values(**{f"by_{name}": key for name, key in keys.items()})
    found = rows.annotate(**{f"n_{name}": count for name, count in counts.items()}).values_list(
        *(f"by_{name}" for name in keys), *(f"n_{name}" for name in counts)
    )
    if grouping.named is None:
        sources = dict(Source.objects.values_list("pk", "name"))
        return [Summary(name, name, sources.get(source, ""), *numbers) for name, source, *numbers in found]
    names = _names(grouping)
    return [Summary(*names.get(group, ("", "")), "", *numbers) for group, *numbers in found]


def _names(grouping: _Grouping) -> dict[int, tuple[str, str]]:
    rows = grouping.named.objects.values_list("pk", grouping.title, grouping.name)
    return {pk: (title, slug) for pk, title, slug in rows}


def _sum(groups: Iterable[Summary]) -> Summary:
    columns = zip(*(group[3:] for group in groups), strict=True)
    return Summary("", "", "", *(sum(column) for column in columns))
