"""What goes wrong at the moment; switched on and off while the server runs."""

import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from demo.cluster.access import Action
from demo.cluster.statuses import Cut, Reply, storage_initializing, too_many_requests


@dataclass(slots=True)
class _Ban:
    namespace: str | None
    resource: str | None
    allowed_before: int

    def concerns(self, action: Action) -> bool:
        return self.namespace in (None, action.namespace) and self.resource in (None, action.resource)


@dataclass(slots=True)
class _Throttle:
    times: int
    resource: str | None
    is_json: bool
    retry_after: int


@dataclass(slots=True)
class Faults:
    """All switches; each method takes effect with the next request or the next piece of a stream."""

    streams_are_silent: bool = False
    delay_seconds: float = 0.0
    """Waited before each reply and before each piece of a stream."""
    _bans: list[_Ban] = field(default_factory=list)
    _throttles: list[_Throttle] = field(default_factory=list)
    _cut_replies: list[int] = field(default_factory=list)
    _prepared: dict[str, deque[Reply]] = field(default_factory=lambda: defaultdict(deque))
    _cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def forbid(self, namespace: str | None = None, resource: str | None = None, *, after: int = 0) -> None:
        """Whatever the grants say: refused in this namespace, for this resource, or both (``""`` is the cluster
        scope, ``None`` any). The first ``after`` such requests still pass, so that a list is refused in its middle.
        """
        self._bans.append(_Ban(namespace, resource, after))

    def permit(self, namespace: str | None = None, resource: str | None = None) -> None:
        """Takes back ``forbid`` of the same words."""
        self._bans = [ban for ban in self._bans if (ban.namespace, ban.resource) != (namespace, resource)]

    @property
    def is_forbidding(self) -> bool:
        """Whether somebody besides the grants decides, so that the rules are not all there is to know."""
        return bool(self._bans)

    def forbids(self, action: Action, *, counts: bool = True) -> bool:
        """Whether it is refused; only what ``counts`` uses up the requests that still pass."""
        with self._lock:
            bans = [ban for ban in self._bans if ban.concerns(action)]
            refused = any(not ban.allowed_before for ban in bans)
            for ban in bans:
                ban.allowed_before = max(ban.allowed_before - counts, 0)
            return refused

    def throttle(self, times: int = 1, *, resource: str | None = None, is_json: bool = False, after: int = 1) -> None:
        """The next requests get 429 with ``Retry-After`` of that many seconds, as text or as a Status."""
        self._throttles.append(_Throttle(times, resource, is_json, after))

    def throttled(self, resource: str) -> Reply | None:
        with self._lock:
            for throttle in self._throttles:
                if throttle.times > 0 and throttle.resource in (None, resource):
                    throttle.times -= 1
                    make = storage_initializing if throttle.is_json else too_many_requests
                    return make(throttle.retry_after)
        return None

    def reply_with(self, path: str, reply: Reply, times: int = 1) -> None:
        """The next requests of the path get this, whoever asks: what no API server would say, or a proxy before it."""
        with self._lock:
            self._prepared[path].extend([reply] * times)

    def prepared(self, path: str) -> Reply | None:
        with self._lock:
            replies = self._prepared.get(path)
            return replies.popleft() if replies else None

    def cut_replies(self, times: int = 1, *, after_bytes: int = 200) -> None:
        """The next replies of collections break off in the middle of the body."""
        self._cut_replies += [after_bytes] * times

    def cut_off_after(self) -> int | None:
        with self._lock:
            return self._cut_replies.pop(0) if self._cut_replies else None

    def cut_streams(self) -> None:
        """Every stream that is open breaks off; the store has to be woken for those that wait."""
        self._cuts += 1

    def uncut(self) -> Iterator[None]:
        """Yields for ever; raises ``Cut`` once streams were cut after the first step."""
        cuts = self._cuts
        while not self._stopped.is_set():
            if self._cuts != cuts:
                raise Cut
            yield
        raise Cut

    def pause(self) -> None:
        if self.delay_seconds:
            self._stopped.wait(self.delay_seconds)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.streams_are_silent, self.delay_seconds = False, 0.0
        self._bans, self._throttles, self._cut_replies = [], [], []
        self._prepared.clear()

    def stop(self) -> None:
        """Ends every pause and every stream, for the end of the server."""
        self._stopped.set()
        self._cuts += 1

    def resume(self) -> None:
        self._stopped.clear()
