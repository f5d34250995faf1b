"""One kind in one scope, followed for ever: a list, the watch that goes on from it, and what ends them."""

import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec

from discovery.connectors.base import EVERYWHERE, ConnectorError, Misconfigured
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.cut import cutter
from discovery.connectors.kubernetes.events import (
    Event,
    Failed,
    Happened,
    Listed,
    Missed,
    Opened,
    Told,
    Unfit,
    read_event,
)
from discovery.connectors.kubernetes.inbox import Ended, Inbox
from discovery.connectors.kubernetes.kinds import Kind
from discovery.connectors.kubernetes.lists import Listing, path_of
from discovery.connectors.kubernetes.open_watch import OpenWatch
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.kubernetes.replies import (
    Absent,
    Expired,
    Forbidden,
    Unauthorized,
    Unintelligible,
    failure_of,
    unintelligible,
)
from discovery.connectors.kubernetes.rhythm import Rhythm
from discovery.connectors.kubernetes.trouble import Trouble
from discovery.connectors.objects.model import ObjectUnfit

#: Touched only as far as it is used; decoding what is deeply nested needs some of it.
STACK_BYTES = 1024 * 1024
#: After these a watch goes on where it was. After anything else the list says where to go on.
_PASSING = frozenset({401, 403, 429, 502, 503})
#: A server that ends every watch at once is not asked again at once.
_SHORT_SECONDS = 0.5
_starting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Means:
    """What the streams of a cluster share; ``listing`` bounds how many of them list at once."""

    access: Access
    context: ssl.SSLContext
    pace: Pace
    inbox: Inbox
    listing: threading.Semaphore
    look_again: threading.Event


def start_small(thread: threading.Thread) -> None:
    """Starts the thread with a stack of its own size; that of other threads stays as it is."""
    with _starting:
        before = threading.stack_size(STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(before)


class Stream:
    """A thread that tells the inbox what there is of a kind in a scope, and then what happens to it.

    It hides what passes (a stream that is cut or falls silent, a server that restarts or asks for fewer requests) and
    tells Missed of what lasts. ``end`` ends it within moments.
    """

    def __init__(self, means: Means, kind: Kind, version: str, scope: str) -> None:
        self.kind, self.version, self.scope = kind, version, scope
        self.is_open = False
        self._means, self._pace = means, means.pace
        self._what = kind.spoken if scope == EVERYWHERE else f"{kind.spoken} in namespace {scope}"
        self._cut = cutter(kind, version)
        self._ended = threading.Event()
        self._waits_for: OpenWatch | Client | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {self._what}", daemon=True)
        # Where in the history of the cluster it is; nothing when it has to list first.
        self._version = ""
        self._was_open = self._has_marks = False
        self._trouble = Trouble(means.pace)
        self._said_missing = ""

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        """Begins, if it has not begun yet."""
        if self._thread.ident is None:
            start_small(self._thread)

    def end(self) -> None:
        """Nothing more is told; the thread ends soon after."""
        self._ended.set()
        waits_for = self._waits_for
        if waits_for is not None:
            waits_for.shut()

    def join(self, seconds: float) -> None:
        self._thread.join(max(seconds, 0.0))

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    if not self._version:
                        self._list()
                    self._watch()
                except ConnectorError as error:
                    self._bear(error)
        except Ended:
            return
        except Exception as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """A mistake of ours must not look like a cluster in which nothing happens."""
        failure = ConnectorError(f"Watching {self._what} failed ({type(error).__name__}).", "Runs still read it.")
        failure.__cause__ = error
        if not self._ended.is_set():
            try:
                self._tell(Failed(failure))
            except Ended:
                return

    def _tell(self, told: Told) -> None:
        self._means.inbox.put(self, told, self._ended)

    def _wait(self, seconds: float) -> None:
        if self._ended.wait(max(seconds, 0.0)):
            raise Ended

    def _list(self) -> None:
        """Everything anew: what was deleted meanwhile is not in it."""
        if self._was_open:
            self._wait(self._pace.spread_out())
        while not self._means.listing.acquire(timeout=0.25):
            self._wait(0)
        try:
            unfit: list[Unfit] = []
            deadline = time.monotonic() + self._pace.list_at_most
            client = self._waits_for = Client(self._means.access, deadline, self._wait, self._means.context)
            self._wait(0)
            try:
                listing = Listing(client, self.kind, self.version, self.scope, lambda item: self._kept(item, unfit))
                for _count in listing.go():
                    self._wait(0)
            finally:
                self._waits_for = None
                client.close()
        finally:
            self._means.listing.release()
        if not listing.version:
            raise unintelligible(self._what)
        self._version = listing.version
        self._tell(Listed(listing.found, unfit))

    def _watch(self) -> None:
        """Tells what happens until the stream ends; raises ConnectorError when it does not end as it should."""
        pace, seconds = self._pace, max(round(self._pace.about(self._pace.watch)), 1)
        query = {
            "watch": "1",
            "resourceVersion": self._version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }
        silence = min(pace.silence, seconds + pace.slack) if self._has_marks else seconds + pace.slack
        started, heard = time.monotonic(), 0
        with OpenWatch(self._means.access, self._means.context, self._what) as opened:
            self._waits_for = opened
            self._wait(0)
            try:
                target = f"{path_of(self.kind, self.version, self.scope)}?{urlencode(query)}"
                until = started + seconds + pace.slack
                self._check(*opened.send(target, silence, until + 1))
                self._opened()
                rhythm = Rhythm()
                for line in opened.lines(until):
                    self._hear(line)
                    heard += 1
                    if pause := rhythm.pause(line):
                        self._wait(pause)
            except Unintelligible:
                # A list may tell what a line could not.
                self._version = ""
                raise
            finally:
                self.is_open, self._waits_for = False, None
                if not heard and time.monotonic() - started > seconds * 0.75:
                    # Not even a bookmark: the server may be older than the version, and would stay silent for ever.
                    self._version = ""
        if not heard or time.monotonic() - started < _SHORT_SECONDS:
            self._wait(self._trouble.pause())

    def _check(self, status: int, retry_after: float | None) -> None:
        if status == 200:
            return
        self._trouble.retry_after = retry_after
        if status not in _PASSING:
            self._version = ""
        raise failure_of(status, self._what)

    def _opened(self) -> None:
        self.is_open = self._was_open = True
        self._trouble.opened()
        self._said_missing = ""
        self._tell(Opened())

    def _hear(self, line: bytes) -> None:
        event = read_event(line, self._what)
        if event.type == "ERROR":
            self._version = ""
            raise failure_of(event.code if event.code >= 400 else 500, self._what)
        if not event.version:
            raise unintelligible(self._what)
        self._trouble.heard()
        if event.type == "BOOKMARK":
            self._has_marks = True
        elif event.name and self._is_in(event):
            self._tell(self._happened(event))
        self._version = event.version

    def _is_in(self, event: Event) -> bool:
        return self.scope == EVERYWHERE or event.namespace == self.scope

    def _happened(self, event: Event) -> Happened:
        if event.type == "DELETED":
            return Happened(event.namespace, event.name, None)
        try:
            item = self.kind.one.decode(event.raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise unintelligible(self._what) from None
        unfit: list[Unfit] = []
        found = self._kept(item, unfit)
        return Happened(event.namespace, event.name, found, unfit[0] if unfit else None)

    def _kept(self, item: Any, unfit: list[Unfit]) -> Any | None:
        try:
            return self._cut(item)
        except ObjectUnfit as reason:
            unfit.append(Unfit(item.metadata.namespace, item.metadata.name, reason.message.rstrip(".")))
            return None

    def _bear(self, error: ConnectorError) -> None:
        """What came in between is waited out; what a person has to know of is told."""
        self._wait(0)
        if isinstance(error, Expired):
            self._version = ""
            if not self._trouble.expires_again():
                return
        elif isinstance(error, Absent):
            # Whether the kind is gone is for discovery to say.
            self._means.look_again.set()
        if isinstance(error, Misconfigured):
            self._tell(Failed(error))
            raise Ended
        if isinstance(error, Unauthorized):
            self._bear_refusal(error)
        elif self._trouble.lasts(self._patience(error)):
            self._miss(error)
            if not error.transient and not isinstance(error, Absent):
                self._wait(self._pace.about(self._pace.gap))
                return
        self._wait(self._trouble.pause())

    def _bear_refusal(self, error: Unauthorized) -> None:
        limit = self._pace.mounted_refusal if self._means.access.is_mounted else self._pace.refusal
        if self._trouble.lasts(limit):
            self._tell(Failed(error))
            raise Ended

    def _patience(self, error: ConnectorError) -> float:
        """For how long the trouble is hidden; what was never known is not known at once."""
        if not self._was_open:
            return 0.0
        return self._pace.patience if error.transient else self._pace.refusal

    def _miss(self, error: ConnectorError) -> None:
        if error.message == self._said_missing:
            return
        self._said_missing = error.message
        verb = ("watch" if self._version else "list") if isinstance(error, Forbidden) else ""
        self._tell(Missed(error, verb))
