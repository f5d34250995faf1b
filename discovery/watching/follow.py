"""Following one source for as long as this watch has it: batches are applied, and its row says how it goes."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from threading import Event

from django.utils import timezone

from discovery import specifications
from discovery.configuration import unsealed
from discovery.connectors.base import ConnectorError, Misconfigured
from discovery.connectors.watches import Changed, Watcher, Watching
from discovery.fetching import due
from discovery.fetching.claim import sources_due
from discovery.installed import connector_of
from discovery.models import Source
from discovery.nudges import nudge_fetching, nudge_specifications
from discovery.publishing import publish_batches
from discovery.runs.observe import MISTAKE, Broken, foreign
from discovery.runs.scrubbing import scrubber
from discovery.surroundings import surroundings_of
from discovery.watching import metrics
from discovery.watching.apply import Applied, apply_batch
from discovery.watching.batches import Batch, batch_of, later
from discovery.watching.lease import ClaimedWatch
from discovery.watching.signs import Signs

log = logging.getLogger(__name__)


class Ended(ConnectorError):
    """A watch goes on for ever; this one has stopped by itself."""

    code = "watch-ended"
    transient = True


def follow(claimed: ClaimedWatch, stop: Event) -> None:
    """Apply what changes at the source until ``stop`` is set.

    Raises ``ConnectorError``, whose texts are scrubbed, ``LostLease`` when somebody else watches the source, and
    ``NotWanted`` when nobody is to any more.
    """
    source = Source.objects.select_related("environment").get(pk=claimed.source_id)
    scrub: Callable[[str], str] = str
    try:
        scrub = scrubber(unsealed(source).values())
        with _opened(source) as seen:
            _follow(Following(claimed, scrub), source.name, seen, stop)
    except ConnectorError as error:
        error.message, error.hint = scrub(str(error.message)), scrub(str(error.hint))
        raise


def _opened(source: Source) -> AbstractContextManager[Iterator[Changed | Watching]]:
    """What the connector yields; every stream is closed after the block."""
    connector = connector_of(source.kind)
    if not isinstance(connector, Watcher):
        raise Misconfigured("This kind of source cannot be watched.", "Leave it to its runs.")
    with surroundings_of(source, math.inf) as surroundings, foreign(source.name):
        seen = iter(connector.watch(surroundings))
    return closing(seen) if hasattr(seen, "close") else nullcontext(seen)


def _follow(following: "Following", source: str, seen: Iterator[Changed | Watching], stop: Event) -> None:
    while not stop.is_set():
        with foreign(source):
            one = next(seen, None)
        match one:
            case Changed():
                following.take(one)
            case Watching():
                following.hear(one)
            case None:
                raise Ended("The watch ended without a reason.", "It begins again by itself.")
            case _:
                raise Broken(f"The connector yielded a {type(one).__name__} that cannot be read.", MISTAKE)


class Following:
    """What has been applied, and what has to be once more: a run that is under way may have looked before it.

    Such a run leaves alone what was written since it began. What was the same when the batch came, but not when the run
    looked, no row tells; so these batches are compared again when the run has ended.
    """

    def __init__(self, claimed: ClaimedWatch, scrub: Callable[[str], str]) -> None:
        self._claimed, self._scrub = claimed, scrub
        self._signs = Signs(claimed, scrub)
        self._again: Batch | None = None
        self._has_news = False

    def take(self, changed: Changed) -> None:
        batch = batch_of(changed, self._scrub)
        applied = self._apply(batch, changed.since)
        if self._again is not None or applied.is_run_under_way:
            self._again = later(self._again or Batch(), batch)
        self._signs.is_live = True
        self.tick()

    def hear(self, watching: Watching) -> None:
        self._signs.watching = watching
        self.tick()

    def tick(self) -> None:
        is_run_under_way = self._signs.give()
        if is_run_under_way is None:
            return
        if self._has_news:
            self._has_news = False
            _pass_on()
        if self._again is None or is_run_under_way:
            return
        if not self._apply(self._again).is_run_under_way:
            self._again = None

    def _apply(self, batch: Batch, since: float | None = None) -> Applied:
        applied = apply_batch(self._claimed, batch)
        if since is not None:
            metrics.batch_applied(applied.written, time.monotonic() - since)
        if applied.written:
            self._has_news = True
            for _ in publish_batches(self._claimed.source_id):
                pass
        return applied


def _pass_on() -> None:
    """What is to be done with specifications of what was written is noticed now, not only by the next minute."""
    if specifications.are_due():
        nudge_specifications()
    due.notice(timezone.now())
    if sources_due():
        nudge_fetching()
