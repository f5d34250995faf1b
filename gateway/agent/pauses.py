"""How long to wait before trying again."""

import random


class Pause:
    """Twice as long after each failure, up to ``longest`` seconds, and never the same for two agents."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        self._next = self._first

    def next(self, at_least: float = 0.0) -> float:
        seconds = max(self._next, at_least)
        self._next = min(self._next * 2, self._longest)
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - no secret hangs on it
