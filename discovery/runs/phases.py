"""The steps of a run as its row lists them: ``{name, state, count, total}``. Pure."""

from typing import Any

APPLY, PUBLISH = "Apply", "Publish"

Phases = list[dict[str, Any]]


def phase(name: str, state: str = "waiting", total: int | None = None) -> dict[str, Any]:
    return {"name": name, "state": state, "count": 0, "total": total}


def planned() -> Phases:
    """What every run does after its connector's own steps."""
    return [phase(APPLY), phase(PUBLISH)]


def ended(phases: Phases, state: str) -> Phases:
    """The phases with the one under way in this state, as a run leaves them."""
    return [{**step, "state": state} if step["state"] == "running" else step for step in phases]
