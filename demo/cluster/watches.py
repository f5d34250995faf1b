"""Watches: a line an event, bookmarks in between, and the ways in which they end."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from demo.cluster.asked import Asked, Options
from demo.cluster.faults import Faults
from demo.cluster.objects import Stored
from demo.cluster.statuses import status
from demo.cluster.store import Collection, Event, Store

_INITIAL_EVENTS_END = {"annotations": {"k8s.io/initial-events-end": "true"}}
_LAST_BOOKMARK_SECONDS = 2.0
_GLANCE_SECONDS = 1.0


@dataclass(slots=True)
class Pace:
    """How long things take, in seconds; tests shorten what they wait for."""

    bookmark_seconds: float = 60.0
    removal_seconds: float = 1.0
    """From the last DELETED of a removed kind to the end of its watches."""


@dataclass(slots=True)
class Watch:
    """One open watch; ``has_left`` tells that nobody reads it any more."""

    store: Store
    collection: Collection
    request: Asked
    options: Options
    faults: Faults
    pace: Pace
    has_left: Callable[[], bool]

    def lines(self) -> Iterator[bytes]:
        """Every line as it happens, until the time asked for is over; raises ``Cut``."""
        uncut = self.faults.uncut()
        # From here on a cut counts, though nobody may have read a line yet.
        next(uncut)
        return self._lines(uncut)

    def _lines(self, uncut: Iterator[None]) -> Iterator[bytes]:
        started = time.monotonic()
        deadline = started + (self.options.timeout_seconds or random.uniform(1800, 3600))  # noqa: S311
        version, first = self._opening()
        if version is None:
            yield from first
            return
        for line in first:
            self._breathe(uncut)
            yield line
        marks = self._marks(started, deadline)
        mark = next(marks)
        while self._goes_on(deadline):
            next(uncut)
            for event in self._waited(version, min(deadline, mark)):
                version = event.version
                if line := self._line(event):
                    self._breathe(uncut)
                    yield line
            if self.collection.is_removed:
                self._linger(uncut)
                return
            if time.monotonic() >= mark:
                mark = next(marks)
                if self.options.wants_bookmarks and not self.faults.streams_are_silent:
                    yield from self._bookmark(version)

    def _opening(self) -> tuple[int | None, list[bytes]]:
        """The version from which on to tell events, none when the watch is refused, and the lines before them."""
        wanted = self.options.version or 0
        with self.store.lock:
            if wanted and not self.options.wants_initial_events:
                oldest = self.collection.watchable_from
                if wanted >= oldest:
                    return wanted, []
                message = f"too old resource version: {wanted} ({oldest})"
                return None, [_framed("ERROR", orjson.dumps(status(410, "Expired", message)))]
            if wanted > self.store.version:
                return wanted, []
            version = self.store.version
            objects = [self.collection.objects[key] for key in self.collection.keys if self._is_in(key[0])]
        lines = [self._framed("ADDED", stored) for stored in objects if self.options.accepts(stored)]
        if self.options.wants_initial_events and self.options.wants_bookmarks:
            lines.append(self._marked(version, _INITIAL_EVENTS_END))
        return version, lines

    def _goes_on(self, deadline: float) -> bool:
        """A silent stream does not end either: it stands for a connection that is dead and was never closed."""
        return not self.has_left() and (self.faults.streams_are_silent or time.monotonic() < deadline)

    def _waited(self, version: int, until: float) -> list[Event]:
        """The events after the version; none when nothing happens for a while, or when the stream is silent."""
        with self.store.lock:
            events = self.collection.since(version)
            if self.faults.streams_are_silent:
                self.collection.changed.wait(_GLANCE_SECONDS)
            elif not events and not self.collection.is_removed:
                self.collection.changed.wait(min(max(until - time.monotonic(), 0.0), _GLANCE_SECONDS))
            return [] if self.faults.streams_are_silent else self.collection.since(version)

    def _breathe(self, uncut: Iterator[None]) -> None:
        self.faults.pause()
        next(uncut)

    def _linger(self, uncut: Iterator[None]) -> None:
        until = time.monotonic() + self.pace.removal_seconds
        while (left := until - time.monotonic()) > 0:
            next(uncut)
            time.sleep(min(left, 0.05))

    def _marks(self, started: float, deadline: float) -> Iterator[float]:
        """When bookmarks are due: regularly, and once shortly before the end."""
        last = deadline - min(_LAST_BOOKMARK_SECONDS, (deadline - started) / 4)
        mark = started + self.pace.bookmark_seconds
        while mark < last:
            yield mark
            mark += self.pace.bookmark_seconds
        yield last
        while True:
            yield deadline + _GLANCE_SECONDS

    def _bookmark(self, version: int) -> Iterator[bytes]:
        with self.store.lock:
            current, events = self.store.version, self.collection.since(version)
        # A version that the server has not reached yet, or has not told everything of, is no mark.
        if version <= current and not events:
            yield self._marked(current, {})

    def _line(self, event: Event) -> bytes | None:
        """The event as this watch sees it: an object can come into a selection, and fall out of it."""
        if not self._is_in(event.now.namespace):
            return None
        if not self.options.is_selective:
            return self._framed(event.type, event.now)
        is_in = event.type != "DELETED" and self.options.accepts(event.now)
        was_in = event.before is not None and self.options.accepts(event.before)
        if not is_in and not was_in:
            return None
        return self._framed("MODIFIED" if is_in and was_in else "ADDED" if is_in else "DELETED", event.now)

    def _is_in(self, namespace: str) -> bool:
        return not self.request.namespace or self.request.namespace == namespace

    def _framed(self, kind_of_event: str, stored: Stored) -> bytes:
        return _framed(kind_of_event, stored.written(self.collection.kind, self.request.version))

    def _marked(self, version: int, annotations: dict[str, dict[str, str]]) -> bytes:
        kind = self.collection.kind
        empty: dict[str, object] = {"kind": kind.name, "apiVersion": kind.api_version(self.request.version)}
        empty["metadata"] = {"resourceVersion": str(version)} | annotations
        if kind.plural == "services":
            empty |= {"spec": {}, "status": {"loadBalancer": {}}}
        return _framed("BOOKMARK", orjson.dumps(empty))


def _framed(kind_of_event: str, body: bytes) -> bytes:
    return b'{"type":"' + kind_of_event.encode() + b'","object":' + body + b"}\n"
