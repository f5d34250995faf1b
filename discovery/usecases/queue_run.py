"""A run is asked for."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import Run, RunState, Source
from discovery.permissions import Action


def queue_run(*, actor: Actor, source: Source, now: datetime) -> Run:
    """The queued or running run of the source when there is one, else a new one that a worker will claim."""
    require(actor, Action.SOURCE_RUN, source)
    with transaction.atomic():
        locked = Source.objects.select_for_update().get(pk=source.pk)
        under_way = locked.runs.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).order_by("-id").first()
        if under_way is not None:
            return under_way
        locked.run_count += 1
        locked.save(update_fields=["run_count"])
        run = Run.objects.create(source=locked, number=locked.run_count, started_by=actor.name[:200], queued_at=now)
        record(
            actor=actor,
            action="discovery.run.queued",
            obj=run,
            name=f"{locked.name} {run.number}",
            team_id=locked.owner_id,
            now=now,
        )
    return run
