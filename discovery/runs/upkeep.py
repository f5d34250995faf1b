"""What time alone changes: the missing are retired; only the newest runs are kept, and documents that somebody has."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from discovery.locks import may_forget_documents
from discovery.models import UNDER_WAY, DiscoveredService, DiscoveredSpecification, Run, Standing
from discovery.states import state_of

KEPT_RUNS = 200
KEPT_DOCUMENT = timedelta(hours=1)
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


def forget_documents(now: datetime) -> int:
    """Documents that no service has any more are gone, an hour after they came; how many were now.

    A service whose document says the time, or that wants to fill the database, has another one at each look.
    """
    had = DiscoveredService.objects.filter(specification=OuterRef("pk"))
    nobodys = DiscoveredSpecification.objects.filter(~Exists(had), created_at__lt=now - KEPT_DOCUMENT)
    ids = list(nobodys.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    with transaction.atomic():
        if not may_forget_documents():
            return 0
        # Somebody may have taken one of them a moment ago.
        still = list(nobodys.filter(pk__in=ids).values_list("pk", flat=True))
        DiscoveredSpecification.objects.filter(pk__in=still).delete()
        return len(still)
