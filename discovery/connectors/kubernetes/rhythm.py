"""How fast a stream may talk: sources share the processor of one process, and none of them may take all of it."""

import time
from collections.abc import Callable

#: Far more than happens in a cluster of ten thousand services. Who is faster is read later: what is not read waits at
#: the API server.
LINES_A_SECOND = 2_000
#: So many come at once without a pause.
BURST = 1_000
#: A longer line counts as several.
LINE_BYTES = 8 * 1024


class Rhythm:
    """What one stream has said since the last pause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since, self._lines = clock(), 0

    def pause(self, line: bytes) -> float:
        """For how many seconds not to listen after this line; nearly always none."""
        self._lines += 1 + len(line) // LINE_BYTES
        if self._lines < BURST:
            return 0.0
        pause = self._lines / LINES_A_SECOND - (self._clock() - self._since)
        self._since, self._lines = self._clock() + max(pause, 0.0), 0
        return max(pause, 0.0)
