"""One run as its panel shows it: phases while it is under way, a line or a notice afterwards."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.actor import Actor
from common.access import can
from common.web.words import counted, grouped, short_time
from discovery.models import UNDER_WAY, HoldState, Run, RunProblem, RunState, Source
from discovery.permissions import Action
from discovery.queries.progress import usual_duration
from discovery.web.places import run_url
from discovery.web.words import ahead_words, clock_words, news_words, span_words, starter_words, took_words

#: After this long without a worker, or without a sign of life, the page says so.
SILENT = timedelta(minutes=1)
_NAMED_PROBLEMS = 3

_PHASE_ICONS = {
    "done": "circle-check",
    "partial": "alert-triangle",
    "failed": "circle-x",
    "running": "loader-2",
    "waiting": "circle",
}


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """A phase with its words; ``total`` is at least 1, or ``None`` while it is not known."""

    name: str
    state: str
    icon: str
    words: str
    count: int
    total: int | None


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """What the reader should know of a run that did not go well: grade, bold sentence, evidence, rows, a way on.

    ``is_question`` marks the one that asks about a loss.
    """

    grade: str
    title: str
    text: str
    rows: list[str] = field(default_factory=list)
    action: str = ""
    action_url: str = ""
    is_question: bool = False


def panel(run: Run | None, source: Source, actor: Actor, now: datetime, *, in_full: bool = False) -> dict[str, Any]:
    """The context of the panel; at most two queries. ``in_full`` shows the phases of a run that has ended, too."""
    if run is None:
        return {"run": None, "source": source, "is_under_way": False}
    run.source = source
    is_under_way = run.state in UNDER_WAY
    phases = [_phase(phase) for phase in run.phases]
    progress_url = reverse("discovery:run-progress", args=[source.name, run.number])
    return {
        "run": run,
        "source": source,
        "run_url": run_url(run),
        "is_under_way": is_under_way,
        "in_full": in_full,
        "progress_url": f"{progress_url}?full=1" if in_full else progress_url,
        "phases": phases,
        "times": _times(run, source, now) if is_under_way or in_full else "",
        "starter": starter_words(run.started_by),
        "stalled": _stalled(run, now),
        "news": news_words(run.counts),
        "said": _said(run, phases),
        "notices": [] if is_under_way else _notices(run, source, now, in_full=in_full),
        "is_held": run.hold == HoldState.HELD,
        "can_decide": run.hold == HoldState.HELD and can(actor, Action.LOSS_DECIDE, source),
        "effects": hold_effects(run, source),
    }


def hold_effects(run: Run, source: Source) -> dict[str, str]:
    """What confirming and rejecting a loss does, in numbers."""
    these = _share(run)
    grace = span_words(source.grace_seconds)
    return {
        "confirm": f"{these} in {source.name} become missing. They are retired after {grace} unless a run sees them "
        "again. Nothing is deleted.",
        "reject": f"{these} in {source.name} stay as they are. Nobody is asked about them again until a run has seen "
        "them in between.",
    }


def _phase(phase: dict[str, Any]) -> PhaseShown:
    state, count, total = phase["state"], phase.get("count") or 0, phase.get("total")
    return PhaseShown(
        phase["name"], state, _PHASE_ICONS.get(state, "circle"), _phase_words(state, count, total), count, total or None
    )


def _phase_words(state: str, count: int, total: int | None) -> str:
    if state == "waiting":
        return "waiting"
    if total is not None and count < total:
        return f"{grouped(count)} of {grouped(total)}"
    if count:
        return grouped(count)
    return {"done": "done", "running": "begun"}.get(state, state)


def _times(run: Run, source: Source, now: datetime) -> str:
    """«Elapsed 0:41, usually 1:10»; of a run that has ended how long it took."""
    if run.started_at is None:
        return f"Queued {short_time(run.queued_at, now)}"
    if run.finished_at is not None:
        return f"Took {took_words(run.finished_at - run.started_at)}"
    usual = clock_words(usual_duration(source))
    return f"Elapsed {clock_words(now - run.started_at)}" + (f", usually {usual}" if usual else "")


def _stalled(run: Run, now: datetime) -> str:
    """Why a run does not move on, when it does not."""
    if run.state == RunState.QUEUED and now - run.queued_at > SILENT:
        return "No worker has taken it yet. Check that the worker runs, and what it is busy with."
    if run.state == RunState.RUNNING and run.heartbeat_at and now - run.heartbeat_at > SILENT:
        return f"The worker was last heard of {short_time(run.heartbeat_at, now)}. Another one takes over by itself."
    return ""


def _said(run: Run, phases: list[PhaseShown]) -> str:
    """The state of the run in one sentence, which assistive technology reads out when it changes."""
    if run.state == RunState.QUEUED:
        return f"Run {run.number} is queued."
    if run.state == RunState.RUNNING:
        current = next((phase for phase in phases if phase.state == "running"), None)
        return f"{current.name}, {current.words}." if current else f"Run {run.number} is running."
    return f"Run {run.number}: {RunState(run.state).label.lower()}, {news_words(run.counts)}."


def _notices(run: Run, source: Source, now: datetime, *, in_full: bool) -> list[NoticeShown]:
    """A loss that waits for a person is said by every run until somebody decides, also by one that failed."""
    notices = [_held(run, source)] if run.hold == HoldState.HELD else []
    if run.state == RunState.FAILED:
        notices.append(_failed(run, source, now))
    elif run.state == RunState.PARTIAL:
        notices.append(_partial(run, in_full=in_full))
    return notices


def _held(run: Run, source: Source) -> NoticeShown:
    return NoticeShown(
        grade="warn",
        title=f"{_share(run)} would go",
        text=f"They are not seen any more, and {source.loss_percent} % is the most this source may lose unasked. "
        "Until somebody decides they stay as they are.",
        is_question=True,
    )


def _failed(run: Run, source: Source, now: datetime) -> NoticeShown:
    step = next((phase["name"] for phase in run.phases if phase["state"] == "failed"), run.phase)
    said = [run.error_message, run.error_hint, _next_try(source, now), "What is known stays as it is."]
    return NoticeShown(
        grade="bad",
        title=f"Run {run.number} failed at “{step}”" if step else f"Run {run.number} failed",
        text=" ".join(sentence for sentence in said if sentence),
    )


def _next_try(source: Source, now: datetime) -> str:
    if source.is_paused:
        return "The source is paused: nothing is tried again by itself."
    if source.due_at is None:
        return "Nothing is tried again by itself."
    return f"The next try is {ahead_words(source.due_at, now)}."


def _partial(run: Run, *, in_full: bool) -> NoticeShown:
    """Errors are what makes a run partial; the first are named where the problems are not listed below."""
    title = f"Run {run.number} is partial: {counted(run.problem_count, 'problem,problems')}"
    text = "Where something could not be read, nothing is marked missing."
    if in_full:
        return NoticeShown(grade="warn", title=title, text=text)
    problems = RunProblem.objects.filter(run=run, severity="error").order_by("position")[:_NAMED_PROBLEMS]
    rows = [f"{where}: {problem.message}" if (where := _where(problem)) else problem.message for problem in problems]
    return NoticeShown("warn", title, text, rows, action="Show problems", action_url=f"{run_url(run)}#problems")


def _where(problem: RunProblem) -> str:
    """«cards/service.yaml, document 2, line 14», as far as it is known."""
    parts = [problem.place]
    parts += [f"document {problem.document}"] if problem.document is not None else []
    parts += [f"line {problem.line}"] if problem.line is not None else []
    return ", ".join(part for part in parts if part)


def _share(run: Run) -> str:
    """«212 of 500 services»."""
    return f"{grouped(run.hold_count)} of {counted(run.hold_of, 'service,services')}"
