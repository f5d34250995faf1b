"""Writing what a watch has seen: one short transaction, under the lock of the source and the watch's generation."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from discovery.compare import HELD, ChangeSet, compare
from discovery.locks import lock_source
from discovery.models import DiscoveredService, Hold, Run, RunState, Source
from discovery.provenance import restate
from discovery.runs.changes import ask_no_more, write
from discovery.runs.judged import judgements
from discovery.runs.known import KnownRows, read_known_in, read_stored
from discovery.runs.moment import database_now
from discovery.watching.arrivals import refuse_too_many
from discovery.watching.batches import Batch
from discovery.watching.lease import ClaimedWatch, keep_watch, refuse_unwanted
from discovery.watching.losses import BELIEVE_ALL, leave_to_a_run


@dataclass(frozen=True, slots=True)
class Applied:
    """How many services were written, and whether a run is under way, whose look may be older than this batch."""

    written: int
    is_run_under_way: bool


def apply_batch(claimed: ClaimedWatch, batch: Batch) -> Applied:
    """What there is in the scopes of the batch is what their rows say; nothing is written for what has not changed.

    Raises ``LostLease``, ``NotWanted`` and ``TooMany``. Every row whose facts are written is newer now than what a run
    saw before.
    """
    with transaction.atomic():
        lock_source(claimed.source_id)
        # Locks the watch's row as well: until the end nobody else can claim it.
        keep_watch(claimed)
        source = Source.objects.select_related("environment").get(pk=claimed.source_id)
        refuse_unwanted(source, claimed)
        known = read_known_in(source.pk, batch.scopes, batch.observed)
        stored = read_stored(source.pk, batch.observed)
        changes = compare(known.rows, batch.observed, batch.scopes, BELIEVE_ALL, stored)
        written = _write(source, known, changes, batch)
        is_run_under_way = Run.objects.filter(source=source.pk, state=RunState.RUNNING).exists()
        if written:
            keep_watch(claimed, applied_at=database_now(), applied_count=F("applied_count") + written)
        return Applied(written, is_run_under_way)


def _write(source: Source, known: KnownRows, changes: ChangeSet, batch: Batch) -> int:
    held = {row.id for row in known.rows if row.hold == HELD}
    # What waits for a person is that person's to believe.
    changes.gone, changes.held = (changes.gone | changes.held) - held, set()
    if changes.is_empty:
        return 0
    now = database_now()
    taken_back = leave_to_a_run(source, changes, now)
    restate(sorted(taken_back), now)
    if changes.is_empty:
        return len(taken_back)
    if changes.new:
        refuse_too_many(source, len(changes.new), now)
    judged = judgements(source, changes.new, changes.seen, changes.changed, with_open=False)
    write(source, known, changes, judged, batch.spool, now, watched_at=now)
    if changes.returned & held and not _holds_any(source):
        ask_no_more(source.pk)
    return len(changes.new) + len(changes.touched) + len(taken_back)


def _holds_any(source: Source) -> bool:
    return DiscoveredService.objects.filter(source=source.pk, hold=Hold.HELD).exists()
