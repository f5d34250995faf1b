"""Reading runs of a source and their problems."""

from collections.abc import Mapping

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from discovery.models import Run, RunProblem, Source

#: What runs can be ordered by; the first is the default.
ORDERINGS: Mapping[str, tuple[str, ...]] = {"-number": ("-id",), "number": ("id",)}
PROBLEM_ORDERINGS: Mapping[str, tuple[str, ...]] = {"position": ("position",), "-position": ("-position",)}


def runs_of(actor: Actor, source: str) -> QuerySet[Run]:
    """The runs of the source of that name; raises ``NotFound`` when the actor may not know of it. One query."""
    found = Source.objects.visible_to(actor).filter(name=source).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    return Run.objects.filter(source_id=found)


def run_of(actor: Actor, source: str, number: int) -> Run:
    """One run with its source; raises ``NotFound``."""
    rows = Run.objects.visible_to(actor).select_related("source")
    found = rows.filter(source__name=source, number=number).first()
    if found is None:
        raise NotFound
    return found


def problems_of(actor: Actor, source: str, number: int) -> QuerySet[RunProblem]:
    """What a run could not read or understand, in the order it came; raises ``NotFound``."""
    return run_of(actor, source, number).problems.all()
