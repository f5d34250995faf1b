"""A cluster as it changes: what the streams of all kinds tell, put together into what is news."""

import math
import time
from collections.abc import Iterator

from discovery.connectors.base import EVERYWHERE, ConnectorError, Refused
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.events import Failed, Happened, Listed, Missed, Opened, Told
from discovery.connectors.kubernetes.fleet import Fleet, Scope, scopes_of
from discovery.connectors.kubernetes.inbox import Inbox, Report
from discovery.connectors.kubernetes.installed import Installed, ask_changed
from discovery.connectors.kubernetes.kinds import KINDS, SERVICES, Kind
from discovery.connectors.kubernetes.known import Known
from discovery.connectors.kubernetes.lookout import Looked
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.kubernetes.reading import LOST
from discovery.connectors.kubernetes.replies import Forbidden
from discovery.connectors.kubernetes.rights import ask_who
from discovery.connectors.kubernetes.roles import manifest
from discovery.connectors.watches import Changed, Watching

GAPS_TOLD_AT_MOST = 50
_ANSWER_SECONDS = 30.0


class ClusterWatch:
    """One watch of a cluster, from ``go`` until its iterator is closed."""

    def __init__(self, config: Config, pace: Pace) -> None:
        """Raises Misconfigured."""
        self._config, self._pace = config, pace
        self._inbox = Inbox()
        self._fleet = Fleet(config, pace, self._inbox)
        self._known = Known(config)
        self._installed = Installed()
        self._gaps: dict[Scope, str] = {}
        # Streams that are to open before the first news, with the moment at which their list came.
        self._waited_for: dict[Scope, float | None] = {}
        self._is_beginning = True
        # What is not known for a while, and until when its return is waited for.
        self._troubled: set[Scope] = set()
        self._held_until = 0.0
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
                if self._known.affected and time.monotonic() >= self._held_until:
                    yield from self._news()
        finally:
            self._fleet.end()

    def _begin(self) -> Iterator[Changed | Watching]:
        """Everything, once each stream has listed and is open, or has said why not."""
        started = time.monotonic()
        client = self._client()
        try:
            installed, tag = ask_changed(client, "") or (Installed(), "")
        finally:
            client.close()
        self._adapt(installed)
        self._fleet.look_out(installed, tag)
        yield from self._signs()
        while not self._is_settled():
            self._take(min(self._next_sign - time.monotonic(), self._pace.window))
            yield from self._signs()
        self._is_beginning = False
        scopes, observations = self._known.everything()
        self._news_since = math.inf
        yield Changed(scopes, observations, started)

    def _news(self) -> Iterator[Changed | Watching]:
        since, self._news_since = self._news_since, math.inf
        slowest = 0.0
        for news in self._known.news():
            yield from self._signs()
            if news is not None:
                began = time.monotonic()
                yield Changed(*news, min(since, began))
                slowest = max(slowest, time.monotonic() - began)
        if slowest:
            # Who needs long for a few changes is given more of them at once.
            self._window = min(max(self._pace.window, slowest / 2), self._pace.window_at_most)

    def _signs(self) -> Iterator[Watching]:
        now = time.monotonic()
        if now >= self._next_sign:
            self._next_sign = now + self._pace.sign
            yield Watching(len(self._fleet), self._fleet.count_open(), tuple(self._sentences()))

    def _sentences(self) -> Iterator[str]:
        told = [*self._gaps.values(), *(_sentence(*unfit) for unfit in self._known.unfit())]
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
                self._news_since = report.at

    def _hear(self, report: Report) -> None:
        who, told = report.who, report.what
        if isinstance(told, Looked):
            self._adapt(told.installed)
        elif isinstance(told, Failed):
            raise told.error
        elif self._fleet.has(who):
            self._hear_stream(who.kind, who.scope, told)

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
        if error.transient:
            self._troubled.add((kind, scope))
        self._open_gap(kind, scope, f"the right to {missed.verb} is missing" if missed.verb else error.message)
        is_final = self._is_beginning or isinstance(error, Forbidden)
        scopes = scopes_of(SERVICES, self._config.namespaces)
        if kind is SERVICES and is_final and all(self._known.is_missed(SERVICES, at) for at in scopes):
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
        if (kind, scope) in self._troubled:
            self._troubled.discard((kind, scope))
            self._hold()

    def _hold(self) -> None:
        """After an outage streams return within seconds; what is told before they all have would change each time."""
        now = time.monotonic()
        if not self._troubled:
            self._held_until = 0.0
        elif self._held_until < now - self._pace.settle:
            self._held_until = now + self._pace.settle

    def _adapt(self, installed: Installed) -> None:
        """What is new is watched from its list on, what is gone is not known any more; raises NotWatchable."""
        self._installed = installed
        for kind, scope in self._fleet.adapt(installed):
            self._known.miss(kind, scope)
            if self._is_beginning:
                self._waited_for[kind, scope] = None
        for kind in installed.versions:
            self._known.install(kind)
        for kind in KINDS:
            for scope in scopes_of(kind, self._config.namespaces) if kind not in installed.versions else ():
                if kind not in installed.unknown:
                    self._known.remove(kind, scope)
                    self._close_gap(kind, scope)
                elif (kind, scope) not in self._fleet:
                    self._open_gap(kind, scope, "the API behind it is out of order")

    def _client(self) -> Client:
        means = self._fleet.means
        return Client(means.access, time.monotonic() + _ANSWER_SECONDS, context=means.context)


def _sentence(kind: Kind, scope: str, why: str) -> str:
    place = kind.spoken if scope == EVERYWHERE else f"{kind.spoken} in {scope}"
    return f"{place}: {why.rstrip('.')}; {LOST[kind.serves]}."
