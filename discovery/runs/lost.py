"""Runs whose worker has disappeared: they end as failed, and the source is looked at again."""

from datetime import datetime, timedelta

from django.db.models import F

from discovery.models import Run, RunState, Source
from discovery.runs.phases import ended
from discovery.runs.queue import enqueue

LOST = "worker-lost"
# How often a source is looked at again at once: whatever ends its workers may lie in the source itself.
AT_ONCE = 3


def lose(source_id: int, now: datetime) -> Run | None:
    """End the running run of a source at which nobody works; the run, or ``None`` when there is none.

    In the transaction that holds the source's row.
    """
    run = Run.objects.filter(source=source_id, state=RunState.RUNNING).first()
    if run is None:
        return None
    run.state = RunState.FAILED
    run.finished_at = now
    run.phases = ended(run.phases, "failed")
    run.error_code = LOST
    run.error_message = "The worker of this run disappeared."
    run.error_hint = "The source is looked at again by itself. The log of the worker may say why it ended."
    run.save(update_fields=["state", "finished_at", "phases", "error_code", "error_message", "error_hint"])
    Source.objects.filter(pk=source_id).update(lost_in_a_row=F("lost_in_a_row") + 1, last_run=run)
    return run


def look_again(run: Run, now: datetime) -> None:
    """The source of this lost run has a queued run, or after too many in a row waits for its schedule.

    One that was paused meanwhile waits for a person: its runs may be what ends the workers.
    """
    source = Source.objects.select_for_update(no_key=True).get(pk=run.source_id)
    if source.is_paused or Run.objects.filter(source=source, state=RunState.QUEUED).exists():
        return
    if source.lost_in_a_row <= AT_ONCE:
        enqueue(source, run.started_by, now)
    elif source.schedule_seconds is not None:
        Source.objects.filter(pk=source.pk).update(due_at=now + timedelta(seconds=source.schedule_seconds))
