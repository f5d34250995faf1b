"""Writing a change set, the same for a run and for a watch. The caller holds the lock of the source."""

from datetime import datetime

from discovery.compare import ChangeSet
from discovery.models import HoldState, Run, Source
from discovery.provenance import restate
from discovery.runs import marking, specifications, writing
from discovery.runs.judged import Judgements
from discovery.runs.known import KnownRows
from discovery.runs.spool import Spool


def write(
    source: Source,
    known: KnownRows,
    changes: ChangeSet,
    judged: Judgements,
    spool: Spool,
    now: datetime,
    watched_at: datetime | None = None,
) -> None:
    """The rows say what ``changes`` and ``judged`` say; ``watched_at`` marks those whose facts a watch has written."""
    written = [*changes.new, *changes.changed.values()]
    stored = specifications.store({spotted.specification for spotted in written if spotted.specification}, spool, now)
    if changes.new:
        writing.insert_new(source, zip(changes.new, judged.new, strict=True), stored, now, watched_at)
    writing.update_seen(changes.changed, stored, now)
    marking.mark_returned(known.standing, changes.returned)
    marking.mark_missing(source, known.standing, changes.gone, now)
    marking.mark_held(source, changes.held)
    marking.mark_unseen(source, changes.unseen)
    writing.update_judgements(judged.differing)
    if watched_at is not None:
        marking.mark_watched(changes.touched, watched_at)
    restate(sorted(judged.relinked | changes.touched & known.linked), now)


def ask_no_more(source_id: int) -> None:
    """No run of the source asks about a loss: nothing is held any more."""
    asking = Run.objects.filter(source=source_id, hold=HoldState.HELD)
    asking.update(hold=HoldState.NONE, hold_count=0, hold_of=0)
