"""Starting a run by hand."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import UNDER_WAY, Run, RunState, Source
from discovery.permissions import Action
from discovery.runs.queue import enqueue, nudge


def queue_run(*, actor: Actor, source: Source, now: datetime, afresh: bool = False) -> Run:
    """A run of the source is under way: the one that already was, queued or running, or a new one.

    With ``afresh`` one that is running does not count: it began before what it should see was there. A worker is told
    at commit. Asking for what is under way changes nothing and leaves no audit event.
    """
    require(actor, Action.SOURCE_RUN, source)
    with transaction.atomic():
        # Without the lock first: it may be held for as long as a run writes.
        run = _under_way(source, afresh)
        if run is not None:
            return run
        locked = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
        run = _under_way(source, afresh)
        if run is not None:
            return run
        run = enqueue(locked, actor.name, now)
        record(
            actor=actor,
            action="discovery.run.queued",
            obj=run,
            name=f"{source.name} {run.number}",
            team_id=source.owner_id,
            now=now,
        )
        transaction.on_commit(nudge)
    return run


def _under_way(source: Source, afresh: bool) -> Run | None:
    """The running run, else the queued one; ``afresh`` only the queued one."""
    states = (RunState.QUEUED,) if afresh else UNDER_WAY
    return Run.objects.filter(source=source.pk, state__in=states).order_by("-state").first()
