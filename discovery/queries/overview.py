"""What the page of all sources shows: their rows with counts, the runs under way, and what needs a person."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet

from accounts.actor import Actor
from discovery.models import DiscoveredService, HoldState, Run, RunState, Source, State

#: Further than this a row says «999+».
COUNT_LIMIT = 999
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


class _Length(Func):
    """How many elements an array has."""

    function = "CARDINALITY"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Troubled:
    """The first sources whose last run needs a person, and whether there are more."""

    sources: list[Source]
    has_more: bool


def sources_with_counts(actor: Actor) -> QuerySet[Source]:
    """The sources the actor may see, with ``new_count`` and ``missing_count``, counted to one beyond ``COUNT_LIMIT``.

    Each count reads at most that many entries of one index, however many services a source has.
    """
    return (
        Source.objects.visible_to(actor)
        .select_related("environment", "owner", "last_run")
        .annotate(new_count=_counted(State.NEW), missing_count=_counted(State.MISSING))
    )


def runs_under_way(sources: Collection[Source]) -> dict[int, Run]:
    """The run of each of these sources that is running, or else queued; one query."""
    runs = Run.objects.filter(source__in=[source.pk for source in sources], state__in=UNDER_WAY)
    return {run.source_id: run for run in sorted(runs, key=lambda run: run.state == RunState.RUNNING)}


def sources_in_trouble(actor: Actor, limit: int) -> Troubled:
    """Sources whose last run failed or holds a loss; held ones first, then by name; one query."""
    found = (
        Source.objects.visible_to(actor)
        .filter(Q(last_run__state=RunState.FAILED) | Q(last_run__hold=HoldState.HELD))
        .select_related("last_run", "environment")
        .order_by(F("last_run__hold").desc(), "name")
    )
    sources = list(found[: limit + 1])
    return Troubled(sources[:limit], len(sources) > limit)


def _counted(state: State) -> _Length:
    rows = DiscoveredService.objects.filter(source=OuterRef("pk"), state=state).order_by()
    return _Length(ArraySubquery(rows.values("pk")[: COUNT_LIMIT + 1]))
