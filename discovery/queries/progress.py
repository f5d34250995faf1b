"""How far a run is, and how long runs of its source usually take."""

from datetime import timedelta
from statistics import median

from discovery.models import Run, RunState, Source

_REMEMBERED = 10


def usual_duration(source: Source) -> timedelta | None:
    """The median of the last runs that ended well; ``None`` before the first one."""
    ended = (
        Run.objects.filter(source=source, state__in=(RunState.COMPLETE, RunState.PARTIAL), started_at__isnull=False)
        .order_by("-id")
        .values_list("started_at", "finished_at")[:_REMEMBERED]
    )
    spans = [(finished - started).total_seconds() for started, finished in ended if finished]
    return timedelta(seconds=median(spans)) if spans else None


def current_run(source: Source) -> Run | None:
    """The run under way, the running one before a queued one, or else the last that ended; of a read by ``sources``."""
    return source.runs_under_way[0] if source.runs_under_way else source.last_run
