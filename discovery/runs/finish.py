"""The end of a run: its state, what it could not read, and when the source is due again."""

import logging
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from discovery.connectors.base import ConnectorError, Problem
from discovery.models import UNDER_WAY, HoldState, Run, RunProblem, RunState, Source
from discovery.runs.claim import Claimed, LostLease
from discovery.runs.journal import Journal
from discovery.watching.retry import try_again

log = logging.getLogger(__name__)

FIRST_RETRY_SECONDS = 60
# Sources that were added together do not stay due at one and the same moment.
JITTER = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; ``error`` is why it failed, or why it is partial."""

    state: RunState
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    error: ConnectorError | None = None
    said: str = ""
    hint: str = ""


def finish(claimed: Claimed, outcome: Outcome, journal: Journal, now: datetime) -> None:
    """The run has ended and the source is free; raises ``LostLease`` when it was no longer this worker's."""
    journal.end(failed=outcome.state == RunState.FAILED)
    with transaction.atomic():
        mine = Source.objects.filter(pk=claimed.source_id, generation=claimed.generation)
        source = mine.select_for_update(no_key=True).first()
        if source is None:
            raise LostLease
        Run.objects.filter(pk=claimed.run_id).update(
            **_still_held(claimed),
            state=outcome.state,
            phase="",
            phases=journal.phases,
            counts=journal.counts,
            problem_count=outcome.problem_count,
            error_code=str(outcome.error.code)[:50] if outcome.error else "",
            error_message=outcome.said,
            error_hint=outcome.hint,
            finished_at=now,
        )
        RunProblem.objects.bulk_create(
            [_problem(claimed.run_id, place, problem) for place, problem in enumerate(outcome.problems)]
        )
        mine.update(
            lease_until=None,
            lost_in_a_row=0,
            last_run=claimed.run_id,
            due_at=due_again(source, outcome, now),
        )
    if outcome.state != RunState.FAILED:
        try_again(claimed.source_id)
    log.info(
        "discovery.run.ended source=%s run=%s state=%s error=%s", source.name, claimed.run_id, outcome.state,
        outcome.error.code if outcome.error else "",
    )  # fmt: skip


def due_again(source: Source, outcome: Outcome, now: datetime) -> datetime | None:
    """When to look again: with the schedule, and sooner after a failure that is worth trying again by itself."""
    if source.schedule_seconds is None:
        return None
    seconds = source.schedule_seconds
    if outcome.state == RunState.FAILED and outcome.error is not None and outcome.error.transient:
        seconds = min(seconds, FIRST_RETRY_SECONDS * 2 ** _failures_in_a_row(source))
    return now + timedelta(seconds=seconds * random.uniform(1, 1 + JITTER))  # noqa: S311 - no secret


def _still_held(claimed: Claimed) -> dict[str, Any]:
    """A run that wrote nothing leaves a loss held: it says so as the run before it did."""
    asking = Run.objects.filter(source=claimed.source_id, hold=HoldState.HELD).order_by("-id")
    return asking.values("hold", "hold_count", "hold_of").first() or {}


def _failures_in_a_row(source: Source, at_most: int = 12) -> int:
    """How many of the newest runs before this one failed in one go."""
    ended = source.runs.exclude(state__in=UNDER_WAY).order_by("-id")
    count = 0
    for state in ended.values_list("state", flat=True)[1 : at_most + 1]:
        if state != RunState.FAILED:
            break
        count += 1
    return count


def _problem(run_id: int, position: int, problem: Problem) -> RunProblem:
    return RunProblem(
        run_id=run_id,
        position=position,
        severity=problem.severity,
        code=problem.code,
        message=problem.message,
        place=problem.place,
        document=problem.document,
        line=problem.line,
    )
