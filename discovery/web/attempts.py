"""Doing what can be done: a use case refuses all of its rows for one of them, and people want the others done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.errors import PorticoError
from discovery.models import DiscoveredService

#: Calls of the use case at most, however many rows it refuses one by one.
CALLS_AT_MOST = 60

Act = Callable[[Sequence[DiscoveredService]], Any]


@dataclass(slots=True)
class Attempt:
    """What each successful call returned, and the rows that were refused, each with the sentence that says why."""

    results: list[Any] = field(default_factory=list)
    refused: list[tuple[DiscoveredService, str]] = field(default_factory=list)
    calls: int = 0


def attempt(rows: Sequence[DiscoveredService], act: Act, so_far: Attempt | None = None) -> Attempt:
    """Call ``act`` with all rows; where it refuses, with each half of them, down to the row that stands against it."""
    done = so_far or Attempt()
    if not rows:
        return done
    done.calls += 1
    try:
        done.results.append(act(rows))
    except PorticoError as refusal:
        if len(rows) == 1 or done.calls >= CALLS_AT_MOST:
            done.refused += [(row, refusal.detail) for row in rows]
            return done
        middle = len(rows) // 2
        attempt(rows[:middle], act, done)
        attempt(rows[middle:], act, done)
    return done
