"""What the schedule asks for."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.actor import Actor
from common.access import require
from discovery.models import UNDER_WAY, Run, RunState, Source
from discovery.permissions import Action

SCHEDULE = "schedule"
BATCH = 1000


def queue_due_runs(*, actor: Actor, now: datetime) -> int:
    """Every source that is due has a run under way; how many were queued for it. A few statements, however many."""
    require(actor, Action.SOURCE_RUN)
    with transaction.atomic():
        under_way = Run.objects.filter(source=OuterRef("pk"), state__in=UNDER_WAY)
        due = Source.objects.filter(~Exists(under_way), is_paused=False, due_at__lte=now)
        # A source that somebody works at this moment is not waited for: it is found again in a minute.
        locked = list(due.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("due_at")[:BATCH])
        busy = set(Run.objects.filter(source__in=locked, state__in=UNDER_WAY).values_list("source_id", flat=True))
        sources = [source for source in locked if source.pk not in busy]
        for source in sources:
            source.run_count += 1
            source.due_at = now + timedelta(seconds=source.schedule_seconds) if source.schedule_seconds else None
        Source.objects.bulk_update(sources, ["run_count", "due_at"])
        Run.objects.bulk_create(
            Run(
                source=source,
                number=source.run_count,
                started_by=SCHEDULE,
                queued_at=now,
                state=RunState.QUEUED,
            )
            for source in sources
        )
    return len(sources)
