"""Queued runs: the one way a run row comes into being, and the nudge that tells a worker of it."""

import logging
from datetime import datetime

from celery import current_app
from kombu.exceptions import OperationalError

from discovery.models import Run, RunState, Source

log = logging.getLogger(__name__)

# A nudge that nobody took for so long is followed by that of beat.
NUDGE_SECONDS = 300


def enqueue(source: Source, started_by: str, now: datetime) -> Run:
    """A queued run of the source, whose row the caller has locked."""
    source.run_count += 1
    source.save(update_fields=["run_count"])
    return Run.objects.create(
        source=source, number=source.run_count, started_by=started_by[:200], queued_at=now, state=RunState.QUEUED
    )


def nudge() -> None:
    """A worker looks for queued runs; without a broker it does so within a minute of its return."""
    try:
        current_app.send_task("discovery.tasks.work", queue="discovery", expires=NUDGE_SECONDS, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("discovery.queue.nudge_failed error=%s", type(error).__name__)


def has_queued() -> bool:
    """Whether a run waits for a worker."""
    return Run.objects.filter(state=RunState.QUEUED).exists()
