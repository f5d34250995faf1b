"""Losses that a watch sees: believed one by one, but not when they would be too many for a run to believe.

A run holds a large loss for a person. A watch holds nothing: it takes back what it marked missing of late, and has a
run look at all of the source, whose complete list decides.
"""

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.actor import system_actor
from discovery.compare import ChangeSet, LossRule
from discovery.models import DiscoveredService, Hold, Run, RunState, Source
from discovery.permissions import Action
from discovery.querysets import DiscoveredServiceQuerySet
from discovery.runs.marking import mark_returned, mark_watched
from discovery.usecases.queue_run import queue_run

WATCH = system_actor("watch", Action.SOURCE_RUN)
SCHEDULE = "schedule"
RECENT = timedelta(minutes=10)
#: What a run would hold is decided here, with what other batches have brought.
BELIEVE_ALL = LossRule(percent=100, at_least=1)


def leave_to_a_run(source: Source, changes: ChangeSet, now: datetime) -> set[int]:
    """Take what is gone out of ``changes`` when it is too much to believe, and queue a run that decides.

    The rows of earlier batches that are taken back are returned. While such a run is under way nothing is believed.
    """
    if not changes.gone:
        return set()
    recent = _recently_lost(source, now)
    if not (_is_too_much(source, len(changes.gone), len(recent)) or _is_being_decided(source)):
        return set()
    changes.gone = set()
    mark_returned(recent, recent.keys())
    mark_watched(recent.keys(), now)
    # One that is running may have looked before the loss.
    run = queue_run(actor=WATCH, source=source, now=now, afresh=True)
    # The one that the schedule had queued decides as well, and until it has ended nothing is believed.
    Run.objects.filter(pk=run.pk, started_by=SCHEDULE).update(started_by=WATCH.name)
    return set(recent)


def _recently_lost(source: Source, now: datetime) -> dict[int, str]:
    """The standing of each row that this watch, or the one before, has marked missing of late."""
    missing = _rows(source).filter(missing_since__gte=now - RECENT, retired_at=None)
    return dict(missing.filter(watched_at=F("missing_since")).values_list("pk", "standing"))


def _is_too_much(source: Source, gone: int, recent: int) -> bool:
    lost = gone + recent
    if lost < source.loss_at_least:
        return False
    present = _rows(source).filter(missing_since=None).exclude(hold=Hold.REJECTED).count()
    return LossRule(source.loss_percent, source.loss_at_least).is_held(lost, present + recent)


def _is_being_decided(source: Source) -> bool:
    """A run that waits will list everything, and one that this doubt has started is about to decide."""
    decides = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, started_by=WATCH.name)
    return Run.objects.filter(decides, source=source.pk).exists()


def _rows(source: Source) -> DiscoveredServiceQuerySet:
    return DiscoveredService.objects.filter(source=source.pk)
