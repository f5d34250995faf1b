"""Who works at a source: a lease in its row, taken by one conditional UPDATE and kept by signs of life.

Each claim makes the generation grow. Everything a worker writes is conditional on the generation it was given, so a
worker that has lost its lease without knowing it writes nothing more. Leases are judged by the database's clock: it is
the one clock that all workers share.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from discovery.models import Run, RunState, Source
from discovery.querysets import SourceQuerySet
from discovery.runs.lost import look_again, lose

LEASE = timedelta(seconds=120)


class LostLease(Exception):
    """Another worker, or nobody, owns this run now; stop without writing anything."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to write for this run, for as long as the source has this generation."""

    run_id: int
    source_id: int
    generation: int


def without_lease() -> Q:
    """Sources at which nobody works, or whose worker has given no sign of life for too long."""
    return Q(lease_until=None) | Q(lease_until__lt=Now())


def claim_next(now: datetime) -> Claimed | None:
    """Claim the run that has been queued the longest at a source where nobody works; ``None`` when there is none."""
    free = Source.objects.filter(without_lease())
    queued = Run.objects.filter(state=RunState.QUEUED, source__in=free).order_by("queued_at", "id")
    for source_id in list(queued.values_list("source_id", flat=True)[:100]):
        claimed = claim(source_id, now)
        if claimed is not None:
            return claimed
    return None


def claim(source_id: int, now: datetime) -> Claimed | None:
    """Claim the queued run of that source; ``None`` when there is none or somebody works at it.

    A run that is still marked as running has lost its worker, and ends as failed.
    """
    with transaction.atomic():
        if not _free(source_id).update(generation=F("generation") + 1, lease_until=Now() + LEASE):
            return None
        generation = Source.objects.values_list("generation", flat=True).get(pk=source_id)
        lose(source_id, now)
        run_id = Run.objects.filter(source=source_id, state=RunState.QUEUED).values_list("pk", flat=True).first()
        if run_id is None:
            transaction.set_rollback(True)
            return None
        Run.objects.filter(pk=run_id).update(
            state=RunState.RUNNING, generation=generation, started_at=now, heartbeat_at=now
        )
        return Claimed(run_id, source_id, generation)


def recover_lost(now: datetime) -> int:
    """Runs whose worker has disappeared have failed, and their sources are queued again; how many there were."""
    lost = Source.objects.filter(without_lease(), runs__state=RunState.RUNNING)
    count = 0
    for source_id in list(lost.values_list("pk", flat=True)):
        with transaction.atomic():
            # The generation grows, so that a worker that is only slow writes nothing to the run that it lost.
            if _free(source_id).update(generation=F("generation") + 1):
                run = lose(source_id, now)
                if run is not None:
                    look_again(run, now)
                    count += 1
    return count


def _free(source_id: int) -> SourceQuerySet:
    """The source, unless somebody works at it. A row that is locked is being written by its worker: nobody waits."""
    unlocked = Source.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=source_id)
    return Source.objects.filter(without_lease(), pk__in=unlocked.values("pk"))


def keep(claimed: Claimed) -> None:
    """The lease is whole again; raises ``LostLease``. In a transaction nobody else claims until it ends."""
    source = Source.objects.filter(pk=claimed.source_id, generation=claimed.generation)
    if not source.update(lease_until=Now() + LEASE):
        raise LostLease
