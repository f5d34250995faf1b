"""Ends the waiting for a connector that gives no sign of life, before its lease does."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SILENCE_SECONDS = 90


class Silent(BaseException):
    """The connector has yielded nothing for ``SILENCE_SECONDS``.

    Not an ``Exception``: a connector that catches everything around a request must not swallow it.
    """


@contextmanager
def watched(seconds: float = SILENCE_SECONDS) -> Iterator[Callable[[], None]]:
    """Raise ``Silent`` in the body when it has not called what it is given for that long.

    Signals reach the main thread only, which is where workers and commands run. In another thread nothing is raised:
    there the lease runs out, and what the connector yields later is refused.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def bark(_number: int, _frame: FrameType | None) -> None:
        raise Silent

    def pat() -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.signal(signal.SIGALRM, bark)
    try:
        pat()
        yield pat
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
