"""Starting a run by hand."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import UNDER_WAY, Run, Source
from discovery.permissions import Action
from discovery.runs.queue import enqueue, nudge


def queue_run(*, actor: Actor, source: Source, now: datetime) -> Run:
    """A run of the source is under way: the one that already was, queued or running, or a new one.

    A worker is told at commit. Asking for what is under way changes nothing and leaves no audit event.
    """
    require(actor, Action.SOURCE_RUN, source)
    with transaction.atomic():
        # Without the lock first: it may be held for as long as a run writes.
        run = _under_way(source)
        if run is not None:
            return run
        locked = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
        run = _under_way(source)
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


def _under_way(source: Source) -> Run | None:
    """The running run, else the queued one."""
    return Run.objects.filter(source=source.pk, state__in=UNDER_WAY).order_by("-state").first()
