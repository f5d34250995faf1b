"""Where the threads of a watch put what they hear, and from where it is taken in batches."""

import queue
import threading
import time
from dataclasses import dataclass
from typing import Any

REPORTS_AT_MOST = 1_000
TAKEN_AT_MOST = 5_000
_GLANCE_SECONDS = 0.25


class Ended(Exception):
    """The watch is over, and so is what this thread does."""


@dataclass(frozen=True, slots=True)
class Report:
    """What ``who`` heard, at that moment of ``time.monotonic()``."""

    who: Any
    what: Any
    at: float


class Inbox:
    """Bounded: who puts in faster than is taken out waits, and so does the API server behind it."""

    def __init__(self) -> None:
        self._reports: queue.Queue[Report] = queue.Queue(REPORTS_AT_MOST)

    def put(self, who: Any, what: Any, ended: threading.Event) -> None:
        """Raises Ended as soon as ``ended`` is set."""
        report = Report(who, what, time.monotonic())
        while not ended.is_set():
            try:
                self._reports.put(report, timeout=_GLANCE_SECONDS)
                return
            except queue.Full:
                continue
        raise Ended

    def take(self, patience: float, window: float) -> list[Report]:
        """What has arrived, once the first of it is as old as the window; nothing after so many seconds of nothing."""
        try:
            taken = [self._reports.get(timeout=max(patience, 0.0))]
        except queue.Empty:
            return []
        until = taken[0].at + window
        while len(taken) < TAKEN_AT_MOST:
            try:
                taken.append(self._reports.get(timeout=max(until - time.monotonic(), 0.0)))
            except queue.Empty:
                break
        return taken

    def empty(self) -> None:
        """Throws away what is in it, so that nobody waits to put something in."""
        try:
            while True:
                self._reports.get_nowait()
        except queue.Empty:
            return
