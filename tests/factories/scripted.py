"""Sources of the scripted connector and the runs of them."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from django.utils import timezone

from catalog.models import Environment
from discovery.models import Run, Source
from discovery.runs.claim import claim
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from tests.factories.catalog import make_environment

CONNECTORS = ("tests.fakes.scripted.Scripted",)
ALL = {"complete": ["Service"]}

_numbers = count(1)


def make_source(name: str = "", *, steps: Iterable[Mapping[str, Any]] = (), **fields: Any) -> Source:
    """A source of the scripted connector; ``steps`` are what a run of it sees."""
    environment = fields.pop("environment", None) or _environment()
    configuration = {"steps": list(steps)}
    return Source.objects.create(
        name=name or f"source-{next(_numbers)}",
        kind=fields.pop("kind", "scripted"),
        environment=environment,
        configuration=configuration,
        **fields,
    )


def services(*names: str, **fields: Any) -> list[dict[str, Any]]:
    """Steps that observe services of these names in full."""
    return [*({"observe": {"name": name, **fields}} for name in names), ALL]


def see(source: Source, steps: Iterable[Mapping[str, Any]] | None = None) -> Run:
    """Run the source, here and to its end; with ``steps`` it sees those from now on."""
    if steps is not None:
        source.configuration = {"steps": list(steps)}
        source.save(update_fields=["configuration"])
    source.refresh_from_db()
    run = enqueue(source, "test", timezone.now())
    claimed = claim(source.pk, timezone.now())
    assert claimed is not None
    execute(claimed)
    run.refresh_from_db()
    return run


def _environment() -> Environment:
    return Environment.objects.filter(slug="production").first() or make_environment()
