"""What is installed in a cluster, asked again and again."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from discovery.connectors.base import ConnectorError
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.events import Failed
from discovery.connectors.kubernetes.inbox import Ended
from discovery.connectors.kubernetes.installed import Installed, ask_changed
from discovery.connectors.kubernetes.streams import Means, start_small


@dataclass(frozen=True, slots=True)
class Looked:
    """Something else is installed than before."""

    installed: Installed


class Lookout:
    """A thread that tells the inbox when something else is installed than ``installed``.

    It asks about once a minute, and at once when a stream finds its kind gone. While nobody answers, everything counts
    as it was known.
    """

    def __init__(self, means: Means, installed: Installed, tag: str) -> None:
        self._means, self._installed, self._tag = means, installed, tag
        self._ended = threading.Event()
        self._client: Client | None = None
        self._thread = threading.Thread(target=self._run, name="look what is installed", daemon=True)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        start_small(self._thread)

    def end(self) -> None:
        self._ended.set()
        client = self._client
        if client is not None:
            client.shut()
        self._means.look_again.set()

    def join(self, seconds: float) -> None:
        self._thread.join(max(seconds, 0.0))

    def _run(self) -> None:
        pace = self._means.pace
        try:
            while not self._ended.is_set():
                if self._means.look_again.wait(pace.about(pace.discovery)):
                    # Several streams of a group find at once that it is gone, and a moment too early.
                    self._wait(pace.spread_out())
                    self._means.look_again.clear()
                self._wait(0)
                self._look()
        except Ended:
            return
        except Exception as error:
            # An answer that nobody thought of must not look like a cluster in which nothing is ever installed.
            failure = ConnectorError(
                f"Asking what is installed failed ({type(error).__name__}).", "Runs still read it."
            )
            failure.__cause__ = error
            with suppress(Ended):
                self._means.inbox.put(self, Failed(failure), self._ended)

    def _look(self) -> None:
        try:
            deadline = time.monotonic() + self._means.pace.list_at_most
            client = self._client = Client(self._means.access, deadline, self._wait, self._means.context)
            try:
                changed = ask_changed(client, self._tag)
            finally:
                self._client = None
                client.close()
        except ConnectorError:
            return
        if changed is None:
            return
        installed, self._tag = changed
        if installed != self._installed:
            self._installed = installed
            self._means.inbox.put(self, Looked(installed), self._ended)

    def _wait(self, seconds: float) -> None:
        if self._ended.wait(max(seconds, 0.0)):
            raise Ended
