"""Writing what a run has found: one short transaction, under the lock of the source and the run's generation."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Now

from discovery.compare import ChangeSet, LossRule, compare
from discovery.locks import lock_source
from discovery.models import DiscoveredService, Hold, HoldState, Run, Source
from discovery.runs.changes import ask_no_more, write
from discovery.runs.claim import Claimed, keep
from discovery.runs.gathering import Gathered
from discovery.runs.judged import Judgements, judgements
from discovery.runs.known import read_known, read_open, read_stored
from discovery.runs.origin import Origin
from discovery.runs.settled import is_settled, state_of_judging


def apply(claimed: Claimed, gathered: Gathered, now: datetime, began: datetime, origin: Origin) -> dict[str, int]:
    """What was observed is what the rows say, and what became of how many is returned. Twice is the same as once.

    Raises ``LostLease``. ``now`` is when the run began to look, and ``began`` the same by the database's clock: what a
    watch has written since is newer, and stays. No row is written for what has not changed, and nothing is judged again
    while nothing has changed that judging looks at. ``origin`` is kept for the next run.
    """
    with transaction.atomic():
        lock_source(claimed.source_id)
        # Locks the source's row as well: until the end nobody else can claim it.
        keep(claimed)
        source = Source.objects.select_related("environment").get(pk=claimed.source_id)
        known = read_known(source.pk, began, gathered.is_same)
        changes = compare(
            known.rows,
            gathered.observed,
            gathered.complete,
            LossRule(source.loss_percent, source.loss_at_least),
            read_stored(source.pk, gathered.observed),
            known.same,
        )
        # The inbox shows the last written first: what one run brings reads there by name.
        changes.new.sort(key=lambda spotted: (spotted.seen.name, spotted.seen.namespace), reverse=True)
        was_settled = origin.settled == state_of_judging(source)
        seen = read_open(source.pk) if gathered.is_same and not was_settled else changes.seen
        judged = judgements(source, changes.new, seen, changes.changed, with_open=not was_settled)
        write(source, known, changes, judged, gathered.spool, now)
        _hold(claimed, changes)
        Run.objects.filter(pk=claimed.run_id).update(applied_at=Now(), complete=sorted(gathered.complete))
        # A watch may have said since that everything is seen.
        Source.objects.filter(pk=source.pk).update(seen_at=Greatest(F("seen_at"), Value(now)))
        settled = origin.settled
        if not (was_settled and changes.is_empty):
            settled = state_of_judging(source) if is_settled(changes, judged, known.linked) else b""
        keep(claimed)
    if gathered.problem_count or gathered.partial is not None:
        # Each run tells of its problems, so each has to find them.
        origin.forget()
    elif gathered.is_same:
        origin.keep_settled(settled)
    else:
        origin.keep(gathered.origin, (*changes.new, *changes.seen.values()), settled)
    return _counts(gathered, known.same, changes, judged)


def _hold(claimed: Claimed, changes: ChangeSet) -> None:
    """While a loss waits for a person each run says so; once nothing is held none does."""
    held = DiscoveredService.objects.filter(source=claimed.source_id, hold=Hold.HELD).count()
    if held:
        run = Run.objects.filter(pk=claimed.run_id)
        run.update(hold=HoldState.HELD, hold_count=held, hold_of=changes.present_count)
    else:
        ask_no_more(claimed.source_id)


def _counts(gathered: Gathered, same: int, changes: ChangeSet, judged: Judgements) -> dict[str, int]:
    return {
        "observed": len(gathered.observed) + same,
        "new": len(changes.new),
        "changed": len(changes.changed),
        "moved": len(changes.moved),
        "returned": changes.returned_count,
        "unchanged": changes.unchanged_count,
        "missing": len(changes.gone),
        "held": len(changes.held),
        "ignored": judged.newly_ignored,
    }
