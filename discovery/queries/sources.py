"""Reading sources, with the runs that tell how fresh they are."""

from collections.abc import Mapping

from django.db.models import Prefetch, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from discovery.models import UNDER_WAY, Run, Source

#: What lists of sources can be ordered by; the first is the default.
ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "-name": ("-name",),
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
}


def sources(actor: Actor) -> QuerySet[Source]:
    """What the actor may see, with ``last_run``, ``watch`` and ``runs_under_way`` (at most two, running first)."""
    under_way = Run.objects.filter(state__in=UNDER_WAY).order_by("id")
    return (
        Source.objects.visible_to(actor)
        .select_related("environment", "owner", "last_run", "watch")
        .prefetch_related(Prefetch("runs", under_way, to_attr="runs_under_way"))
    )


def source_named(actor: Actor, name: str) -> Source:
    """The source of that name as ``sources`` reads it; raises ``NotFound``."""
    found = sources(actor).filter(name=name).first()
    if found is None:
        raise NotFound
    return found
