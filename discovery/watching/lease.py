"""Who watches a source: a lease in the row of its watch, taken and kept in the manner of those of runs.

A watch gives a sign of life each second, so its lease is short: another watcher takes over soon. Every write of a watch
is conditional on the generation that its claim was given. Leases are judged by the database's clock.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from discovery.models import Source, Watch, WatchState
from discovery.querysets import SourceQuerySet
from discovery.runs.claim import LostLease, without_lease

LEASE = timedelta(seconds=15)


class NotWanted(Exception):
    """The source is not to be watched any more, or no longer as it was when this watch began."""


@dataclass(frozen=True, slots=True)
class ClaimedWatch:
    """The right to write what a watch of this source sees, for as long as its watch has this generation.

    ``revision`` is what of the source was to be looked at when it was claimed.
    """

    source_id: int
    generation: int
    revision: int


def watchable(kinds: Collection[str]) -> SourceQuerySet:
    """Sources of these kinds that are to be watched: a run has read them once, and nobody has stopped it."""
    return Source.objects.filter(kind__in=kinds, is_watched=True, is_paused=False, seen_at__isnull=False)


def claim_watch(kinds: Collection[str], holder: str) -> ClaimedWatch | None:
    """Claim a source of these kinds that is to be watched, that nobody watches and that may be tried again now."""
    missing = watchable(kinds).filter(watch=None).values_list("pk", flat=True)
    Watch.objects.bulk_create([Watch(source_id=source_id) for source_id in missing], ignore_conflicts=True)
    due = Watch.objects.filter(_is_free(), source__in=watchable(kinds)).order_by("lease_until", "source_id")
    for source_id in list(due.values_list("source_id", flat=True)[:100]):
        claimed = _claim(source_id, kinds, holder)
        if claimed is not None:
            return claimed
    return None


def _is_free() -> Q:
    return without_lease() & (Q(retry_at=None) | Q(retry_at__lte=Now()))


def _claim(source_id: int, kinds: Collection[str], holder: str) -> ClaimedWatch | None:
    with transaction.atomic():
        # A row that is locked is being written by its watcher: nobody waits.
        unlocked = Watch.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=source_id)
        free = Watch.objects.filter(_is_free(), pk__in=unlocked.values("pk"), source__in=watchable(kinds))
        if not free.update(
            generation=F("generation") + 1,
            lease_until=Now() + LEASE,
            holder=holder[:200],
            state=WatchState.STARTING,
            live_since=None,
            heard_at=None,
            streams=0,
            streams_open=0,
            gaps=[],
            retry_at=None,
        ):
            return None
        generation = Watch.objects.values_list("generation", flat=True).get(pk=source_id)
        revision = Source.objects.values_list("revision", flat=True).get(pk=source_id)
        return ClaimedWatch(source_id, generation, revision)


def keep_watch(claimed: ClaimedWatch, **said: object) -> None:
    """The lease is whole again, and the row says what is ``said``; raises ``LostLease``.

    In a transaction nobody else claims until it ends.
    """
    if not _mine(claimed).update(lease_until=Now() + LEASE, **said):
        raise LostLease


def refuse_unwanted(source: Source, claimed: ClaimedWatch) -> None:
    """Raise ``NotWanted`` unless the source is still to be watched as it was when the watch began."""
    if source.is_paused or not source.is_watched or source.revision != claimed.revision:
        raise NotWanted


def release(claimed: ClaimedWatch, **said: object) -> bool:
    """Nobody watches the source, and its row says what is ``said``; whether it was this watch's until now.

    The generation grows: what this watch may still be writing is refused.
    """
    return bool(_mine(claimed).update(lease_until=None, generation=F("generation") + 1, holder="", **said))


def _mine(claimed: ClaimedWatch) -> QuerySet[Watch]:
    return Watch.objects.filter(pk=claimed.source_id, generation=claimed.generation)
