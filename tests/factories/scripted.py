"""Sources of the scripted connector, and real runs of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from discovery.models import Run, Source
from discovery.runs.claim import claim
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from tests.factories.discovery import make_source

CONNECTORS = ("tests.fakes.scripted.Scripted",)
ALL = {"complete": ["Service"]}


def make_scripted(name: str = "", *, steps: Iterable[Mapping[str, Any]] = (), **fields: Any) -> Source:
    """A source of the scripted connector; ``steps`` are what a run of it sees."""
    return make_source(name, kind="scripted", configuration={"steps": list(steps)}, **fields)


def services(*names: str, **fields: Any) -> list[dict[str, Any]]:
    """Steps that observe services of these names in full."""
    return [*({"observe": {"name": name, **fields}} for name in names), ALL]


def see(source: Source, steps: Iterable[Mapping[str, Any]] | None = None) -> Run:
    """Run the source, here and to its end; with ``steps`` it sees those from now on."""
    source.refresh_from_db()
    if steps is not None:
        source.configuration = {"steps": list(steps)}
        source.save(update_fields=["configuration"])
    run = enqueue(source, "test", timezone.now())
    claimed = claim(source.pk, timezone.now())
    assert claimed is not None
    execute(claimed)
    run.refresh_from_db()
    return run
