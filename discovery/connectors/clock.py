"""The time a connector has: its end, and when the next sign of life is due."""

import time

from discovery.connectors.base import Partial

SECONDS_BETWEEN_SIGNS = 0.5


def check_time(deadline: float) -> None:
    """Raises Partial after this moment of ``time.monotonic()``."""
    if time.monotonic() > deadline:
        raise Partial("The time for this run has ended.", "Split the source, or give its runs more time.")


class Clock:
    """Raises Partial after the deadline, and says when it is time for a sign of life."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._last_sign = time.monotonic()

    def is_sign_due(self) -> bool:
        check_time(self.deadline)
        now = time.monotonic()
        if now - self._last_sign < SECONDS_BETWEEN_SIGNS:
            return False
        self._last_sign = now
        return True
