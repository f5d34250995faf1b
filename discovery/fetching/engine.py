"""Fetching what is due: a batch of one source after the other, several services of it at once.

The rows say what is due and who is at it, so any worker may die anywhere; nothing is asked while a transaction is open.
Only the thread that began writes to the database.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings

from common.http.client import get
from common.outbound import Reach
from common.sandbox import SandboxError
from discovery.connectors.base import ConnectorError
from discovery.connectors.fetches import Fetcher, Ways
from discovery.facts import seen_in
from discovery.fetching.claim import claim, ours, release, sources_due
from discovery.fetching.looking import Ask, Before, Look, Looked
from discovery.fetching.places import Said, said_by
from discovery.fetching.reading import read
from discovery.fetching.schedule import BUSY
from discovery.fetching.store import store
from discovery.installed import connector_of
from discovery.models import DiscoveredService, FetchOutcome, Source
from discovery.surroundings import surroundings_of

THREADS = 4
SERVICE_SECONDS = 60.0
BATCH_SECONDS = 300.0
# What a fault of ours at one service raises: it is no reason to keep the others waiting.
_MISTAKES = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one batch did: services looked at, and how many gave another document than before."""

    count: int = 0
    documents: int = 0


def fetch_due(now: Callable[[], datetime], until: float, ask: Ask = get) -> Fetched:
    """Batches of every source that is due, in no order, until that moment of ``time.monotonic()`` or nothing is due."""
    count = documents = 0
    while time.monotonic() < until:
        ids = sources_due()
        random.shuffle(ids)
        done = [fetch_batch(source_id, now, ask) for source_id in ids if time.monotonic() < until]
        count += sum(one.count for one in done)
        documents += sum(one.documents for one in done)
        if not any(one.count for one in done):
            break
    return Fetched(count, documents)


def fetch_batch(source_id: int, now: Callable[[], datetime], ask: Ask = get) -> Fetched:
    """Some services of the source that are due have been looked at."""
    claimed = {one.discovered_id: one for one in claim(source_id)}
    if not claimed:
        return Fetched()
    source = Source.objects.select_related("environment").get(pk=source_id)
    rows = DiscoveredService.objects.select_related("fetch").filter(pk__in=claimed)
    documents = 0
    left = dict(claimed)
    try:
        for row, looked in _looked(source, list(rows), ask):
            one = left.pop(row.pk)
            if looked is None:
                ours(one).update(lease_until=None, due_at=now() + BUSY)
            else:
                documents += store(one, row, source.revision, looked, now())
    finally:
        release(left.values())
    return Fetched(len(claimed), documents)


def _looked(
    source: Source, rows: list[DiscoveredService], ask: Ask
) -> Iterator[tuple[DiscoveredService, Looked | None]]:
    """Each row with what came of looking at it, as it comes; ``None`` when documents cannot be read for the moment."""
    reach = Reach(tuple(settings.PORTICO_PRIVATE_NETWORKS))
    try:
        connector = connector_of(source.kind)
        with surroundings_of(source, time.monotonic() + BATCH_SECONDS) as surroundings:
            ways = connector.ways(surroundings, reach) if isinstance(connector, Fetcher) else None
            yield from _at_once(rows, ways, reach, ask)
    except ConnectorError as error:
        for row in rows:
            yield row, _in_vain(f"source {source.name}", error.message)


def _at_once(
    rows: list[DiscoveredService], ways: Ways | None, reach: Reach, ask: Ask
) -> Iterator[tuple[DiscoveredService, Looked | None]]:
    limit = settings.PORTICO_MAX_SPECIFICATION_BYTES
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="fetch")
    try:
        futures = {pool.submit(_look, row, ways, reach, ask, limit): row for row in rows}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        # Who is told to end does not first look at all the others.
        pool.shutdown(cancel_futures=True)


def _look(row: DiscoveredService, ways: Ways | None, reach: Reach, ask: Ask, limit: int) -> Looked | None:
    """In a thread of the pool: no database here."""
    fetch, seen = row.fetch, seen_in(row)
    said = said_by(seen.annotations)
    if ways is None or not ways.follows_addresses:
        said = Said((), said.paths, said.wrong)
    before = (
        Before(fetch.place, fetch.etag, fetch.last_modified, fetch.sha256)
        if fetch.mark
        else Before(sha256=fetch.sha256)
    )
    look = Look(ask=ask, read=partial(read, limit=limit), reach=reach, deadline=time.monotonic() + SERVICE_SECONDS)
    try:
        return look.go(said, ways.spots_of(seen) if ways else (), before)
    except SandboxError:
        return None
    except ConnectorError as error:
        return _in_vain("this service", error.message)
    except _MISTAKES:
        log.exception("discovery.fetching.broke row=%s", row.pk)
        return _in_vain("this service", "Portico itself failed. The log says where.")


def _in_vain(what: str, sentence: str) -> Looked:
    """Nobody was asked; the words are ours."""
    return Looked(outcome=FetchOutcome.UNREACHABLE, note=sentence, tried=[{"what": what, "outcome": sentence[:500]}])
