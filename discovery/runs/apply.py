"""Writing what a run has found: one short transaction, under the lock of the source and the run's generation."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from common.locks import lock_until_commit
from discovery.compare import ChangeSet, LossRule, compare
from discovery.models import HoldState, Run, Source, Standing
from discovery.models.discovered import DiscoveredService, Hold
from discovery.provenance import restate
from discovery.runs import facts_rows, rows, specifications
from discovery.runs.claim import Claimed, keep
from discovery.runs.gathering import Gathered
from discovery.runs.judged import Judgements, judgements
from discovery.runs.known import KnownRows, read_known, read_stored


@dataclass(frozen=True, slots=True)
class Applied:
    """What the transaction did."""

    counts: dict[str, int] = field(default_factory=dict)


def lock_name(source_id: int) -> str:
    """The lock under which the rows of a source are written, many at a time."""
    return f"discovery.source:{source_id}"


def apply(claimed: Claimed, gathered: Gathered, now: datetime) -> Applied:
    """What was observed is what the rows say; twice is the same as once. Raises ``LostLease``.

    ``now`` is when the run began to look. No row is written for what has not changed.
    """
    with transaction.atomic():
        lock_until_commit(lock_name(claimed.source_id))
        # Locks the source's row as well: until the end nobody else can claim it.
        keep(claimed)
        source = Source.objects.select_related("environment").get(pk=claimed.source_id)
        known = read_known(source.pk)
        changes = compare(
            known.rows,
            gathered.observed,
            gathered.complete,
            LossRule(source.loss_percent, source.loss_at_least),
            read_stored(source.pk, gathered.observed),
        )
        judged = judgements(source, changes.new, changes.seen, changes.changed, now)
        _write(source, known, changes, judged, gathered, now)
        _hold(claimed, changes)
        Run.objects.filter(pk=claimed.run_id).update(applied_at=now, complete=sorted(gathered.complete))
        Source.objects.filter(pk=source.pk).update(seen_at=now)
        keep(claimed)
    return Applied(_counts(gathered, changes, judged))


def _write(
    source: Source, known: KnownRows, changes: ChangeSet, judged: Judgements, gathered: Gathered, now: datetime
) -> None:
    written = [*changes.new, *changes.changed.values()]
    stored = specifications.store(
        {spotted.specification for spotted in written if spotted.specification}, gathered.spool, now
    )
    if changes.new:
        facts_rows.insert(source, zip(changes.new, judged.new, strict=True), stored, now)
    facts_rows.update_seen(changes.changed, stored, now)
    rows.mark_returned(known.standing, changes.returned)
    rows.mark_missing(source, known.standing, changes.gone, now)
    rows.mark_held(source, changes.held)
    rows.mark_unseen(source, changes.unseen)
    rejudged = facts_rows.update_judgements(judged.differing)
    touched = (changes.changed.keys() | changes.returned | changes.gone | rejudged) & known.linked
    touched |= {one.id for one in judged.differing if one.judgement.service_id is not None}
    if touched:
        restate(sorted(touched), now)


def _hold(claimed: Claimed, changes: ChangeSet) -> None:
    """The loss that waits for a person, if any, belongs to the run that met it first, with its number of today."""
    waiting = DiscoveredService.objects.filter(source=claimed.source_id, hold=Hold.HELD).count()
    asking = Run.objects.filter(source=claimed.source_id, hold=HoldState.HELD).first()
    if waiting == 0 and asking is not None:
        Run.objects.filter(pk=asking.pk).update(hold=HoldState.NONE, hold_count=0)
    elif waiting and (asking is None or asking.hold_count != waiting):
        run_id = claimed.run_id if asking is None else asking.pk
        Run.objects.filter(pk=run_id).update(hold=HoldState.HELD, hold_count=waiting, hold_of=changes.present_count)


def _counts(gathered: Gathered, changes: ChangeSet, judged: Judgements) -> dict[str, int]:
    ignored = sum(judgement.standing == Standing.IGNORED for judgement in judged.new)
    ignored += sum(one.judgement.standing == Standing.IGNORED != one.decided.standing for one in judged.differing)
    return {
        "observed": len(gathered.observed),
        "new": len(changes.new),
        "changed": len(changes.changed),
        "moved": len(changes.moved),
        "returned": len(changes.returned),
        "unchanged": changes.unchanged_count,
        "missing": len(changes.gone),
        "held": len(changes.held),
        "ignored": ignored,
    }
