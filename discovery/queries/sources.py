"""Reading sources: with the runs that tell how fresh they are, and what they discovered."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count, Prefetch, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from discovery.models import DiscoveredService, Run, RunState, Source

#: What lists of sources can be ordered by; the first is the default.
ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "-name": ("-name",),
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
}

UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


def sources(actor: Actor) -> QuerySet[Source]:
    """What the actor may see, with ``last_run`` and the ``runs_under_way`` (at most two, the running one first)."""
    under_way = Run.objects.filter(state__in=UNDER_WAY).order_by("id")
    return (
        Source.objects.visible_to(actor)
        .select_related("environment", "owner", "last_run")
        .prefetch_related(Prefetch("runs", under_way, to_attr="runs_under_way"))
    )


def source_named(actor: Actor, name: str) -> Source:
    """The source of that name as ``sources`` reads it; raises ``NotFound``."""
    found = sources(actor).filter(name=name).first()
    if found is None:
        raise NotFound
    return found


def counts_by_state(actor: Actor, source_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Source id -> state -> how many discovered services the actor may see; one query over an index alone."""
    rows = (
        DiscoveredService.objects.visible_to(actor)
        .filter(source_id__in=source_ids)
        .order_by()
        .values_list("source_id", "state")
        .annotate(number=Count("pk"))
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for source_id, state, number in rows:
        counts[source_id][state] = number
    return counts
