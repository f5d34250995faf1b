"""One watch of an API server while it is open: a connection of its own, and its lines as they come."""

import ssl
import time
from collections.abc import Iterator
from types import TracebackType

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import ReadTimeoutError

from discovery.connectors.base import ConnectorError, Unreachable
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.connection import TROUBLE, Wire
from discovery.connectors.kubernetes.replies import Unintelligible, seconds_of, unreached

#: An object in etcd has 1.5 MiB at most by default, and an API server takes no request beyond 3 MiB.
LINE_BYTES_AT_MOST = 4 * 1024 * 1024
_PIECE = 64 * 1024
#: Uncompressed: an API server does not compress a watch, and what stands in between must not hold it back.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class Silent(Unreachable):
    """Nothing was heard of a stream for too long; its connection may be dead."""

    code = "silent"


class OpenWatch:
    """A request and its answer in lines. ``shut`` may be called from another thread, at any time."""

    def __init__(self, access: Access, context: ssl.SSLContext, what: str) -> None:
        self._wire, self._what = Wire(access, context), what
        self._response: BaseHTTPResponse | None = None

    def send(self, target: str, silence: float, until: float) -> tuple[int, float | None]:
        """The status of the answer, and for how long it asks to wait; raises ConnectorError.

        ``silence`` is for how many seconds nothing may come before the watch counts as dead; after ``until``, a moment
        of ``time.monotonic()``, nothing comes of it any more.
        """
        try:
            self._response = self._wire.ask("GET", target, _HEADERS, None, silence, until)
        except TROUBLE as error:
            raise self._said(error) from None
        return self._response.status, seconds_of(self._response.headers.get("Retry-After"))

    def lines(self, until: float) -> Iterator[bytes]:
        """Each line without its end; over when the server ends the answer, or at that moment of ``time.monotonic()``.

        Raises ConnectorError when the stream breaks off or falls silent, or when a line has no end.
        """
        pending = bytearray()
        while piece := self._piece():
            start = len(pending)
            pending += piece
            end = pending.rfind(b"\n", start)
            if end >= 0:
                yield from filter(None, bytes(pending[:end]).split(b"\n"))
                del pending[: end + 1]
            if len(pending) > LINE_BYTES_AT_MOST:
                raise Unintelligible(
                    f"The API server sends an object of more than {LINE_BYTES_AT_MOST:,} bytes for {self._what}.",
                    "Check that the address is an API server's.",
                )
            if time.monotonic() > until:
                return

    def shut(self) -> None:
        self._wire.shut()

    def __enter__(self) -> "OpenWatch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            self._response.close()
        self._wire.close()

    def _piece(self) -> bytes:
        try:
            return self._response.read1(_PIECE) if self._response else b""
        except TROUBLE as error:
            raise self._said(error) from None

    def _said(self, error: Exception) -> ConnectorError:
        if isinstance(error, TimeoutError | ReadTimeoutError):
            return Silent(f"Nothing is heard of {self._what}.", "It is tried again.")
        return unreached(error, self._what)
