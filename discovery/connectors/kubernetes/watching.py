"""A cluster as it changes: the streams of all kinds put together, and what of it is news."""

import math
import threading
import time
from collections.abc import Iterator

from discovery.connectors.base import EVERYWHERE, ConnectorError, Misconfigured, Refused
from discovery.connectors.kubernetes.access import tls_context
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.events import Failed, Happened, Listed, Missed, Opened, Told
from discovery.connectors.kubernetes.inbox import Inbox, Report
from discovery.connectors.kubernetes.installed import Installed, ask_changed
from discovery.connectors.kubernetes.kinds import KINDS, NAMESPACES, SERVICES, Kind
from discovery.connectors.kubernetes.known import Known
from discovery.connectors.kubernetes.lookout import Looked, Lookout
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.kubernetes.reading import LOST
from discovery.connectors.kubernetes.replies import Forbidden
from discovery.connectors.kubernetes.rights import ask_who, manifest
from discovery.connectors.kubernetes.streams import Means, Stream
from discovery.connectors.watches import Changed, Watching

STREAMS_AT_MOST = 400
LISTS_AT_ONCE = 4
GAPS_TOLD_AT_MOST = 50
_ANSWER_SECONDS = 30.0
_END_SECONDS = 2.0

Scope = tuple[Kind, str]


class NotWatchable(Misconfigured):
    """There is more to watch than one process may hold open; runs still read it."""

    code = "not-watchable"


class ClusterWatch:
    """One watch of a cluster, from ``go`` until its iterator is closed."""

    def __init__(self, config: Config, pace: Pace) -> None:
        self._config, self._pace = config, pace
        self._inbox = Inbox()
        self._known = Known(config)
        self._streams: dict[Scope, Stream] = {}
        self._ending: list[Stream | Lookout] = []
        self._lookout: Lookout | None = None
        self._installed = Installed()
        self._gaps: dict[Scope, str] = {}
        # Streams that are to open before the first news, with the moment at which their list came.
        self._waited_for: dict[Scope, float | None] = {}
        self._is_beginning = True
        self._news_since = math.inf
        self._window = pace.window
        self._next_sign = 0.0

    def go(self) -> Iterator[Changed | Watching]:
        """See ``Watcher.watch``."""
        try:
            yield from self._begin()
            while True:
                self._take(self._next_sign - time.monotonic())
                yield from self._signs()
                if self._known.affected:
                    yield from self._news()
        finally:
            self._end()

    def _begin(self) -> Iterator[Changed | Watching]:
        """Everything, once each stream has listed and is open, or has said why not."""
        started = time.monotonic()
        self._means = Means(
            self._config.access,
            tls_context(self._config.access),
            self._pace,
            self._inbox,
            threading.Semaphore(LISTS_AT_ONCE),
            threading.Event(),
        )
        client = self._client()
        try:
            installed, tag = ask_changed(client, "") or (Installed(), "")
        finally:
            client.close()
        self._lookout = Lookout(self._means, installed, tag)
        self._adapt(installed)
        self._lookout.start()
        yield from self._signs()
        while not self._is_settled():
            self._take(min(self._next_sign - time.monotonic(), self._pace.window))
            yield from self._signs()
        self._is_beginning = False
        scopes, observations = self._known.everything()
        self._news_since = math.inf
        yield Changed(scopes, observations, started)

    def _news(self) -> Iterator[Changed]:
        since, self._news_since = self._news_since, math.inf
        news = self._known.news()
        if news is None:
            return
        began = time.monotonic()
        yield Changed(*news, min(since, began))
        # Who needs long for a few changes is given more of them at once.
        self._window = min(max(self._pace.window, (time.monotonic() - began) / 2), self._pace.window_at_most)

    def _signs(self) -> Iterator[Watching]:
        now = time.monotonic()
        if now < self._next_sign:
            return
        self._next_sign = now + self._pace.sign
        is_open = sum(stream.is_open for stream in self._streams.values())
        yield Watching(len(self._streams), is_open, tuple(self._sentences()))

    def _sentences(self) -> Iterator[str]:
        told = [*self._gaps.values(), *(_sentence(kind, at, why) for kind, at, why in self._known.unfit())]
        yield from told[:GAPS_TOLD_AT_MOST]
        if len(told) > GAPS_TOLD_AT_MOST:
            yield f"And {len(told) - GAPS_TOLD_AT_MOST:,} more."

    def _is_settled(self) -> bool:
        """Whether all is known that can be; a stream that does not open though its list came is not waited for long."""
        at_least = time.monotonic() - self._pace.settle
        return all(listed is not None and listed < at_least for listed in self._waited_for.values())

    def _take(self, patience: float) -> None:
        for report in self._inbox.take(min(max(patience, 0.0), self._pace.sign), self._window):
            was_quiet = not self._known.affected
            self._hear(report)
            if was_quiet and self._known.affected:
                self._news_since = min(self._news_since, report.at)

    def _hear(self, report: Report) -> None:
        stream, told = report.who, report.what
        if isinstance(told, Looked):
            self._adapt(told.installed)
        elif isinstance(told, Failed):
            raise told.error
        elif self._streams.get((stream.kind, stream.scope)) is stream:
            self._hear_stream(stream.kind, stream.scope, told)

    def _hear_stream(self, kind: Kind, scope: str, told: Told) -> None:
        if isinstance(told, Happened):
            self._known.happen(kind, told)
        elif isinstance(told, Listed):
            self._known.renew(kind, scope, told)
            if (kind, scope) in self._waited_for:
                self._waited_for[kind, scope] = time.monotonic()
            self._close_gap(kind, scope)
        elif isinstance(told, Opened):
            self._waited_for.pop((kind, scope), None)
            self._close_gap(kind, scope)
        elif isinstance(told, Missed):
            self._waited_for.pop((kind, scope), None)
            self._miss(kind, scope, told)

    def _miss(self, kind: Kind, scope: str, missed: Missed) -> None:
        """Raises ConnectorError when there is nothing left to tell of."""
        error = missed.error
        why = f"the right to {missed.verb} is missing" if missed.verb else error.message.rstrip(".")
        self._open_gap(kind, scope, why)
        is_final = self._is_beginning or isinstance(error, Forbidden)
        if kind is SERVICES and is_final and all(self._known.is_missed(SERVICES, at) for at in self._scopes()):
            raise self._refused(missed) if isinstance(error, Forbidden) else error

    def _refused(self, missed: Missed) -> Refused:
        client = self._client()
        try:
            who = ask_who(client)
        except ConnectorError:
            who = ""
        finally:
            client.close()
        text = manifest(who, self._installed, self._config.namespaces)
        return Refused(
            f"The identity {who or 'of these credentials'} may not {missed.verb} Services.",
            f"Apply this as an administrator of the cluster:\n{text}",
        )

    def _open_gap(self, kind: Kind, scope: str, why: str) -> None:
        self._gaps[kind, scope] = _sentence(kind, scope, why)
        self._known.miss(kind, scope)

    def _close_gap(self, kind: Kind, scope: str) -> None:
        self._gaps.pop((kind, scope), None)
        self._known.close(kind, scope)

    def _adapt(self, installed: Installed) -> None:
        """Watches what is installed now: what is new from its list on, what is gone no more.

        What is out of order stays as it is known. Raises NotWatchable.
        """
        before, self._installed = self._installed, installed
        for kind, scope in list(self._streams):
            if kind not in installed.unknown and installed.versions.get(kind) != before.versions.get(kind, ""):
                self._stop(kind, scope)
        for kind in KINDS:
            for scope in self._scopes_of(kind):
                self._adapt_scope(kind, scope)
        if len(self._streams) > STREAMS_AT_MOST:
            raise NotWatchable(
                f"{len(self._config.namespaces):,} namespaces would need {len(self._streams):,} streams, and at most "
                f"{STREAMS_AT_MOST} are held open.",
                "Runs read them all the same. To see changes at once, give the identity the right to list and watch "
                "in all namespaces, or split the source.",
            )
        for stream in self._streams.values():
            stream.start()

    def _adapt_scope(self, kind: Kind, scope: str) -> None:
        known = (kind, scope)
        version = self._installed.versions.get(kind)
        if version is not None:
            if known not in self._streams:
                self._streams[known] = Stream(self._means, kind, version, scope)
                if self._is_beginning:
                    self._waited_for[known] = None
                self._known.miss(kind, scope)
        elif kind not in self._installed.unknown:
            self._known.remove(kind, scope)
            self._close_gap(kind, scope)
        elif known not in self._streams:
            self._open_gap(kind, scope, "the API behind it is out of order")

    def _stop(self, kind: Kind, scope: str) -> None:
        stream = self._streams.pop((kind, scope))
        stream.end()
        self._ending = [one for one in self._ending if one.is_alive] + [stream]

    def _scopes(self) -> tuple[str, ...]:
        return self._config.namespaces or (EVERYWHERE,)

    def _scopes_of(self, kind: Kind) -> tuple[str, ...]:
        """A list of all namespaces is a right of its own; whoever reads only some has none to it."""
        return () if kind is NAMESPACES and self._config.namespaces else self._scopes()

    def _client(self) -> Client:
        return Client(self._config.access, time.monotonic() + _ANSWER_SECONDS, context=self._means.context)

    def _end(self) -> None:
        """Ends every thread, and waits a moment for them."""
        ending = [*self._ending, *self._streams.values()] + ([self._lookout] if self._lookout else [])
        for one in ending:
            one.end()
        self._inbox.empty()
        until = time.monotonic() + _END_SECONDS
        for one in ending:
            one.join(until - time.monotonic())


def _sentence(kind: Kind, scope: str, why: str) -> str:
    place = kind.spoken if scope == EVERYWHERE else f"{kind.spoken} in {scope}"
    return f"{place}: {why}; {LOST[kind.serves]}."
