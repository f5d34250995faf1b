"""All streams of one cluster: which there have to be, and the end of them."""

import threading
import time
from collections.abc import Iterator, Sequence

from discovery.connectors.base import EVERYWHERE, Misconfigured
from discovery.connectors.kubernetes.access import tls_context
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.inbox import Inbox
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.kinds import KINDS, NAMESPACES, Kind
from discovery.connectors.kubernetes.lookout import Lookout
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.kubernetes.streams import Means, Stream

STREAMS_AT_MOST = 400
LISTS_AT_ONCE = 4
_END_SECONDS = 2.0

#: A kind, and a namespace or all of them.
Scope = tuple[Kind, str]


class NotWatchable(Misconfigured):
    """There is more to watch than one process may hold open; runs still read it."""

    code = "not-watchable"


def scopes_of(kind: Kind, namespaces: Sequence[str]) -> Sequence[str]:
    """Where a kind is read: in all namespaces at once, or in each of those."""
    if not namespaces:
        return (EVERYWHERE,)
    # A list of all namespaces is a right of its own; whoever reads only some has none to it.
    return () if kind is NAMESPACES else namespaces


def streams_for(installed: Installed, namespaces: Sequence[str]) -> int:
    """How many streams it takes to watch what is installed."""
    return sum(len(scopes_of(kind, namespaces)) for kind in installed.versions)


class Fleet:
    """The streams of a cluster with what they share; ``means`` is good for other connections to it too."""

    def __init__(self, config: Config, pace: Pace, inbox: Inbox) -> None:
        """Raises Misconfigured."""
        self.means = Means(
            config.access,
            tls_context(config.access),
            pace,
            inbox,
            threading.Semaphore(LISTS_AT_ONCE),
            threading.Event(),
        )
        self._namespaces = config.namespaces
        self._streams: dict[Scope, Stream] = {}
        self._ending: list[Stream] = []
        self._lookout: Lookout | None = None

    def __len__(self) -> int:
        return len(self._streams)

    def __contains__(self, scope: Scope) -> bool:
        return scope in self._streams

    def has(self, stream: Stream) -> bool:
        """Whether what the stream tells still counts."""
        return self._streams.get((stream.kind, stream.scope)) is stream

    def count_open(self) -> int:
        return sum(stream.is_open for stream in self._streams.values())

    def look_out(self, installed: Installed, tag: str) -> None:
        """What is installed is asked again and again from now on."""
        self._lookout = Lookout(self.means, installed, tag)
        self._lookout.start()

    def adapt(self, installed: Installed) -> Iterator[Scope]:
        """Watches what is installed and nothing that is not; yields where a stream begins. Raises NotWatchable.

        What is out of order is watched on, if it was.
        """
        needed = streams_for(installed, self._namespaces)
        if needed > STREAMS_AT_MOST:
            raise NotWatchable(
                f"{len(self._namespaces):,} namespaces would need {needed:,} streams, and at most {STREAMS_AT_MOST} "
                "are held open.",
                "Runs read them all the same. To see changes at once, give the identity the right to list and watch "
                "in all namespaces, or split the source.",
            )
        for scope, stream in list(self._streams.items()):
            if stream.kind not in installed.unknown and installed.versions.get(stream.kind) != stream.version:
                self._stop(scope)
        for kind in KINDS:
            for at in scopes_of(kind, self._namespaces) if kind in installed.versions else ():
                if (kind, at) not in self._streams:
                    stream = self._streams[kind, at] = Stream(self.means, kind, installed.versions[kind], at)
                    yield kind, at
                    stream.start()

    def end(self) -> None:
        """Ends every thread, and waits a moment for them."""
        ending = [*self._ending, *self._streams.values(), *([self._lookout] if self._lookout else [])]
        for one in ending:
            one.end()
        self.means.inbox.empty()
        until = time.monotonic() + _END_SECONDS
        for one in ending:
            one.join(until - time.monotonic())

    def _stop(self, scope: Scope) -> None:
        stream = self._streams.pop(scope)
        stream.end()
        self._ending = [one for one in self._ending if one.is_alive] + [stream]
