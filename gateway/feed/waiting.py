"""Waiting for the next generation, without holding a connection to the database.

One thread of a process listens to PostgreSQL for all who wait there, and is there only as long as somebody waits. What
it knows is the generation that was committed last: it listens first and asks then, so that nothing passes between. It
asks again from time to time, for a pooler between may swallow what it listens to.
"""

import logging
import threading
import time

import psycopg
from django.conf import settings
from django.db import connection, connections

from gateway.feed.statements import CURRENT
from marketplace.generations import CHANNEL

log = logging.getLogger(__name__)

#: How long nothing may be heard before the listener asks.
_ASK_SECONDS = 5.0
#: How long it stays when nobody waits any more: the next question of an agent comes sooner.
_IDLE_SECONDS = 30.0
_AGAIN_SECONDS = 1.0


class Wakeups:
    """Those of this process who wait for a generation, ``places`` of them at most."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(max(places, 0))
        self._changed = threading.Condition()
        self._current: int | None = None
        self._waiting = 0
        self._listener: threading.Thread | None = None
        self._stopped = threading.Event()

    def wait(self, since: int, seconds: float) -> bool:
        """Return when another generation than that is current, at the latest after that time; ``False`` at once when
        every place is taken. The connection of this thread is closed before, unless a transaction holds it."""
        if not self._places.acquire(blocking=False):
            return False
        try:
            if not connection.in_atomic_block:
                connection.close()
            with self._changed:
                self._waiting += 1
                self._ensure_listener()
                try:
                    self._changed.wait_for(lambda: self._current not in (None, since), seconds)
                finally:
                    self._waiting -= 1
            return True
        finally:
            self._places.release()

    @property
    def is_ready(self) -> bool:
        """Whether the listener hears what happens."""
        return self._current is not None

    def stop(self) -> None:
        """The listener has ended and let go of its connection."""
        with self._changed:
            listener = self._listener
            self._stopped.set()
        if listener is not None:
            listener.join(_ASK_SECONDS + 1)

    def _ensure_listener(self) -> None:
        if self._listener is None:
            self._current = None
            self._stopped = threading.Event()
            self._listener = threading.Thread(target=self._listen, name="gateway wake-ups", daemon=True)
            self._listener.start()

    def _listen(self) -> None:
        idle_since = time.monotonic()
        while not self._stopped.is_set():
            try:
                idle_since = self._listen_once(idle_since)
            except psycopg.Error as error:
                log.warning("the wake-ups of gateways have lost the database: %s", type(error).__name__)
                self._forget()
                self._stopped.wait(_AGAIN_SECONDS)
            with self._changed:
                if self._waiting == 0 or self._stopped.is_set():
                    self._listener = self._current = None
                    return

    def _listen_once(self, idle_since: float) -> float:
        """Tell what is heard until nobody waits or the connection fails."""
        parameters = connections["default"].get_connection_params()
        known = {name: value for name, value in parameters.items() if name not in _OF_DJANGO}
        with psycopg.connect(**known, autocommit=True) as line:
            line.execute(f"LISTEN {CHANNEL}")
            while not self._stopped.is_set():
                self._tell(_current(line))
                deadline = time.monotonic() + _ASK_SECONDS
                while time.monotonic() < deadline and not self._stopped.is_set():
                    for notice in line.notifies(timeout=0.5, stop_after=1):
                        self._tell(int(notice.payload))
                with self._changed:
                    idle_since = time.monotonic() if self._waiting else idle_since
                if time.monotonic() - idle_since > _IDLE_SECONDS:
                    break
        return idle_since

    def _tell(self, generation: int) -> None:
        with self._changed:
            self._current = generation
            self._changed.notify_all()

    def _forget(self) -> None:
        with self._changed:
            self._current = None


_OF_DJANGO = ("cursor_factory", "context", "server_side_binding")


def _current(line: psycopg.Connection) -> int:
    return line.execute(CURRENT).fetchone()[0]


wakeups = Wakeups(settings.PORTICO_GATEWAY_WAITERS)
