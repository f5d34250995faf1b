"""The objects, their one growing resource version, and what happened since a version."""

import threading
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from demo.cluster.kinds import Kind
from demo.cluster.objects import Stored, stored

Key = tuple[str, str]
_REMEMBERED_EVENTS = 50_000


@dataclass(frozen=True, slots=True)
class Event:
    version: int
    type: str
    now: Stored
    before: Stored | None


@dataclass(slots=True)
class Collection:
    """All objects of a kind, with the events of its watch cache."""

    kind: Kind
    changed: threading.Condition
    objects: dict[Key, Stored] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    events: deque[Event] = field(default_factory=deque)
    watchable_from: int = 0
    is_removed: bool = False
    is_initializing: bool = False

    def since(self, version: int) -> list[Event]:
        """The events after a version, oldest first."""
        found: list[Event] = []
        for event in reversed(self.events):
            if event.version <= version:
                break
            found.append(event)
        return found[::-1]

    def at(self, version: int) -> tuple[Sequence[Key], dict[Key, Stored]]:
        """The keys in order and the objects as they were at a version that is still readable."""
        later = self.since(version)
        if not later:
            return self.keys, self.objects
        objects = dict(self.objects)
        for event in reversed(later):
            key = (event.now.namespace, event.now.name)
            if event.before is None:
                del objects[key]
            else:
                objects[key] = event.before
        return sorted(objects), objects


class Store:
    """Every access holds ``lock``; who waits for a change waits at the collection's condition."""

    def __init__(self, kinds: Iterable[Kind], *, first_version: int) -> None:
        self.lock = threading.RLock()
        self.version = self.readable_from = first_version
        self.collections: dict[tuple[str, str], Collection] = {}
        for kind in kinds:
            self.install(kind)

    def find(self, group: str, plural: str) -> Collection | None:
        with self.lock:
            return self.collections.get((group, plural))

    def install(self, kind: Kind) -> None:
        with self.lock:
            fresh = Collection(kind, threading.Condition(self.lock), watchable_from=self.version)
            self.collections.setdefault((kind.group, kind.plural), fresh)

    def uninstall(self, kind: Kind) -> None:
        """Every object is deleted, then the kind is gone."""
        with self.lock:
            collection = self.collections.pop((kind.group, kind.plural))
            for key in list(collection.keys):
                self.delete(collection, *key)
            collection.is_removed = True
            collection.changed.notify_all()

    def get(self, group: str, plural: str, namespace: str, name: str) -> Stored | None:
        with self.lock:
            collection = self.collections.get((group, plural))
            return collection.objects.get((namespace, name)) if collection else None

    def put(self, collection: Collection, body: dict[str, Any]) -> Stored:
        """The object is stored at a version of its own, and everybody who watches is told."""
        with self.lock:
            self.version += 1
            now = stored(collection.kind, body, self.version)
            key = (now.namespace, now.name)
            before = collection.objects.get(key)
            if before is None:
                insort(collection.keys, key)
            collection.objects[key] = now
            self._tell(collection, Event(self.version, "MODIFIED" if before else "ADDED", now, before))
            return now

    def delete(self, collection: Collection, namespace: str, name: str) -> bool:
        """Whether there was such an object; its last event carries the version of the deletion."""
        with self.lock:
            before = collection.objects.pop((namespace, name), None)
            if before is None:
                return False
            del collection.keys[bisect_left(collection.keys, (namespace, name))]
            self.version += 1
            body = before.body()
            body["metadata"]["resourceVersion"] = str(self.version)
            last = replace(before, version=self.version, raw=orjson.dumps(body))
            self._tell(collection, Event(self.version, "DELETED", last, before))
            return True

    def names_in(self, collection: Collection, namespace: str) -> list[str]:
        with self.lock:
            start = bisect_left(collection.keys, (namespace, ""))
            end = bisect_left(collection.keys, (f"{namespace}\0", ""))
            return [name for _, name in collection.keys[start:end]]

    def compact(self) -> None:
        """No watch can start before now; continue tokens still work, as they do from the watch cache."""
        with self.lock:
            for collection in self.collections.values():
                collection.watchable_from = self.version

    def expire_tokens(self) -> None:
        """Nothing can be read at an older version, so no continue token works."""
        with self.lock:
            self.readable_from = self.version + 1
            self.version += 1

    def restart(self) -> None:
        """What a restart leaves: the objects. Starting up writes a few of its own, so the version has moved on."""
        with self.lock:
            self.version += 8
            self.readable_from = self.version
            for collection in self.collections.values():
                collection.events.clear()
                collection.watchable_from = self.version
                collection.is_initializing = collection.kind.is_custom

    def wake(self) -> None:
        """Everybody who waits for a change looks around."""
        with self.lock:
            for collection in self.collections.values():
                collection.changed.notify_all()

    def _tell(self, collection: Collection, event: Event) -> None:
        collection.events.append(event)
        if len(collection.events) > _REMEMBERED_EVENTS:
            forgotten = collection.events.popleft().version
            collection.watchable_from = max(collection.watchable_from, forgotten)
        collection.changed.notify_all()
