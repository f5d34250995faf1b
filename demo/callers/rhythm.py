"""When each caller calls next. Pure: time is given, in seconds from the start."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Traffic swells and ebbs, so that a chart of an hour is no straight line.
_WAVE_SECONDS = 1_500
_WAVE = 0.45


@dataclass(frozen=True, slots=True)
class Caller:
    """An application and what it asks for in turn; ``path`` is that of the route. ``burst`` requests follow each other
    at once every ``burst_seconds``; 0 for never."""

    name: str
    path: str
    calls: Sequence[str]
    per_minute: float
    burst: int = 0
    burst_seconds: float = 0.0


def caller_of(values: Mapping[str, Any]) -> Caller:
    """The caller as ``access.yaml`` says it."""
    burst = values.get("burst", {})
    return Caller(
        values["name"],
        values["path"],
        tuple(values["calls"]),
        values["per_minute"],
        burst.get("requests", 0),
        burst.get("every_seconds", 0.0),
    )


def pause(caller: Caller, number: int, at: float) -> float:
    """Seconds between the ``number``-th request of a caller, sent at ``at``, and its next."""
    if caller.burst and number % (caller.burst + 1) < caller.burst:
        return 0.0
    if caller.burst:
        return caller.burst_seconds
    phase = len(caller.name) + 2 * math.pi * at / _WAVE_SECONDS
    return 60 / caller.per_minute / (1 + _WAVE * math.sin(phase))


def request_of(caller: Caller, number: int) -> tuple[str, str]:
    """Method and path below the route of the ``number``-th request."""
    method, _, path = caller.calls[number % len(caller.calls)].partition(" ")
    return method, path
