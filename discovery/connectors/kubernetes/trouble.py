"""How long a stream has been in trouble, and how long it waits before the next attempt."""

import math
import time

from discovery.connectors.kubernetes.pace import Pace


class Trouble:
    """The attempts of one stream that failed since the last that did not."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.retry_after: float | None = None
        self._failures = 0
        self._since: float | None = None
        self._opened_at = math.inf
        self._has_expired = False

    def opened(self) -> None:
        self.retry_after, self._opened_at = None, time.monotonic()

    def heard(self) -> None:
        """Something was heard, and everything is as it should be."""
        self._failures, self._since, self._has_expired = 0, None, False

    def expires_again(self) -> bool:
        """Whether the version was too old before, and nothing was heard since; once is no trouble."""
        before, self._has_expired = self._has_expired, True
        return before

    def lasts(self, limit: float) -> bool:
        """Whether the trouble has been there for so long; a stream that opens only to break off is no end of it."""
        now = time.monotonic()
        if now - self._opened_at > self._pace.pause_at_most:
            self._since = None
        self._opened_at = math.inf
        self._since = self._since or now
        return now - self._since >= limit

    def pause(self) -> float:
        """For how many seconds to wait now, after one more failure."""
        retry_after, self.retry_after = self.retry_after, None
        self._failures += 1
        return self._pace.pause(self._failures - 1, retry_after)
