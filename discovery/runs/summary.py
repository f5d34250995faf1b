"""What a run tells when it is over, for commands and scripts."""

from typing import Any

from discovery.models import Run

SHOWN_PROBLEMS = 20


def summary(run: Run) -> dict[str, Any]:
    """The end of the run as plain values, with its first problems; two queries."""
    problems = run.problems.order_by("position").values("severity", "code", "message", "place", "document", "line")
    return {
        "source": run.source.name,
        "number": run.number,
        "state": run.state,
        "started_by": run.started_by,
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "connector_version": run.connector_version,
        "counts": run.counts,
        "phases": run.phases,
        "problem_count": run.problem_count,
        "problems": list(problems[:SHOWN_PROBLEMS]),
        "error": {"code": run.error_code, "message": run.error_message, "hint": run.error_hint}
        if run.error_code
        else None,
        "hold": {"state": run.hold, "count": run.hold_count, "of": run.hold_of} if run.hold else None,
    }
