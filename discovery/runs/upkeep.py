"""What time alone changes: the missing are retired, and only the newest runs of a source are kept."""

from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q, Value

from discovery.models import UNDER_WAY, DiscoveredService, Run, Standing
from discovery.states import state_of

KEPT_RUNS = 200
BATCH = 1000


def retire(now: datetime) -> int:
    """Services missing for longer than their source's time of grace are retired; nothing is deleted. How many."""
    grace = ExpressionWrapper(F("source__grace_seconds") * Value(timedelta(seconds=1)), output_field=DurationField())
    gone = DiscoveredService.objects.filter(missing_since__isnull=False, retired_at=None)
    due = list(gone.filter(missing_since__lte=Value(now) - grace).values_list("pk", flat=True)[:BATCH])
    if not due:
        return 0
    for standing in Standing.values:
        rows = DiscoveredService.objects.filter(pk__in=due, standing=standing, missing_since__isnull=False)
        rows.update(retired_at=now, state=state_of(standing, now, now))
    return len(due)


def forget_old_runs() -> int:
    """Runs and their problems beyond the newest of each source are gone; how many were now.

    A run that is under way or the last one stays.
    """
    old = Run.objects.filter(number__lte=F("source__run_count") - KEPT_RUNS)
    kept = Q(state__in=UNDER_WAY) | Q(pk=F("source__last_run"))
    ids = list(old.exclude(kept).values_list("pk", flat=True)[:BATCH])
    if ids:
        Run.objects.filter(pk__in=ids).delete()
    return len(ids)
