"""What the page of all sources shows: their rows with counts, and those that need a person."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet

from accounts.actor import Actor
from discovery.models import DiscoveredService, HoldState, RunState, Source, State, WatchState
from discovery.queries.sources import sources

#: Further than this a row says «999+».
COUNT_LIMIT = 999


class _Length(Func):
    """How many elements an array has."""

    function = "CARDINALITY"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Troubled:
    """The first sources whose last run or watch needs a person, and whether there are more."""

    sources: list[Source]
    has_more: bool


def sources_with_counts(actor: Actor) -> QuerySet[Source]:
    """``sources`` with ``new_count`` and ``missing_count``, counted to one beyond ``COUNT_LIMIT``.

    Each count reads at most that many entries of one index, however many services a source has.
    """
    return sources(actor).annotate(new_count=_counted(State.NEW), missing_count=_counted(State.MISSING))


def sources_in_trouble(actor: Actor, limit: int) -> Troubled:
    """Sources whose last run failed or holds a loss, or that cannot be watched; held ones first, then by name.

    One query.
    """
    refused = Q(watch__state=WatchState.REFUSED, is_watched=True, is_paused=False)
    found = (
        Source.objects.visible_to(actor)
        .filter(Q(last_run__state=RunState.FAILED) | Q(last_run__hold=HoldState.HELD) | refused)
        .select_related("last_run", "environment", "watch")
        .order_by(F("last_run__hold").desc(), "name")
    )
    first = list(found[: limit + 1])
    return Troubled(first[:limit], len(first) > limit)


def _counted(state: State) -> _Length:
    rows = DiscoveredService.objects.filter(source=OuterRef("pk"), state=state).order_by()
    return _Length(ArraySubquery(rows.values("pk")[: COUNT_LIMIT + 1]))
