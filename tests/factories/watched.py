"""Sources whose place tells of changes by itself, and watches of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from discovery.connectors.base import Complete
from discovery.connectors.watches import Changed
from discovery.models import Source, Watch
from discovery.runs.claim import claim
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from discovery.watching.apply import Applied, apply_batch
from discovery.watching.batches import batch_of
from discovery.watching.lease import ClaimedWatch, claim_watch
from tests.factories.discovery import make_source
from tests.fakes.place import Place
from tests.fakes.scripted import observation

CONNECTORS = ("tests.fakes.scripted.Scripted", "tests.fakes.place.Watched")
KINDS = ("watched",)


def make_watched(place: Place, name: str = "", *, is_read: bool = True, **fields: Any) -> Source:
    """A source of that place; ``is_read`` by a run already, unless not."""
    if not place.number:
        place.show()
    source = make_source(name, kind="watched", configuration={"place": str(place.path)}, **fields)
    if is_read:
        run_now(source)
        source.refresh_from_db()
    return source


def run_now(source: Source, by: str = "test") -> None:
    source.refresh_from_db()
    enqueue(source, by, timezone.now())
    run_queued(source)


def run_queued(source: Source) -> None:
    claimed = claim(source.pk, timezone.now())
    assert claimed is not None
    execute(claimed)


def claimed_watch(holder: str = "test") -> ClaimedWatch:
    """The watch of the source that is free to be watched; whoever had it before has lost it."""
    Watch.objects.update(lease_until=None, retry_at=None)
    claimed = claim_watch(KINDS, holder)
    assert claimed is not None
    return claimed


def changed(*services: Mapping[str, Any] | str, scopes: Iterable[str] = ("*",)) -> Changed:
    """All services of these namespaces, of all by default."""
    told = ({"name": one} if isinstance(one, str) else one for one in services)
    return Changed(tuple(Complete("Service", scope) for scope in scopes), tuple(map(observation, told)), 0.0)


def apply_now(claimed: ClaimedWatch, seen: Changed) -> Applied:
    return apply_batch(claimed, batch_of(seen, str))
