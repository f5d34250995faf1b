"""One watch of an API server while it is open: a connection of its own, and its lines as they come."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from types import TracebackType

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError

from discovery.connectors.base import Unreachable
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.connection import headers_for, open_connection
from discovery.connectors.kubernetes.replies import Unintelligible, seconds_of, unreached

#: An object in etcd has 1.5 MiB at most by default, and an API server takes no request beyond 3 MiB.
LINE_BYTES_AT_MOST = 4 * 1024 * 1024
_PIECE = 64 * 1024
_TROUBLE = (HTTPError, OSError, http.client.HTTPException)


class Silent(Unreachable):
    """Nothing was heard of a stream for too long; its connection may be dead."""

    code = "silent"


class OpenWatch:
    """A request and its answer in lines. ``shut`` may be called from another thread, at any time."""

    def __init__(self, access: Access, context: ssl.SSLContext, what: str) -> None:
        self._access, self._context, self._what = access, context, what
        self._connection: HTTPSConnection | None = None
        self._socket: socket.socket | None = None
        self._response: BaseHTTPResponse | None = None
        self._is_shut = False

    def send(self, target: str, silence: float) -> tuple[int, float | None]:
        """The status of the answer, and for how long it asks to wait; raises ConnectorError.

        ``silence`` is for how many seconds nothing may come before the watch counts as dead.
        """
        try:
            self._connection = open_connection(self._access, self._context)
            self._socket = self._connection.sock
            if self._is_shut:
                raise Unreachable("The watch has ended.")
            self._connection.timeout = silence
            # Uncompressed: an API server does not compress a watch, and what stands in between must not hold it back.
            headers = headers_for(self._access, encoding="identity")
            self._connection.request(
                "GET", self._access.prefix + target, headers=headers, preload_content=False, decode_content=False
            )
            self._response = self._connection.getresponse()
        except _TROUBLE as error:
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
            if piece.find(b"\n") >= 0:
                end = pending.rfind(b"\n", start)
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
        """Whoever waits for the next line waits no longer."""
        self._is_shut = True
        connected = self._socket
        if connected is not None:
            try:
                # Below TLS, which another thread is in the middle of.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)
            except OSError:
                return

    def __enter__(self) -> "OpenWatch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._response is not None:
            self._response.close()
        if self._connection is not None:
            self._connection.close()

    def _piece(self) -> bytes:
        try:
            return self._response.read1(_PIECE) if self._response else b""
        except _TROUBLE as error:
            raise self._said(error) from None

    def _said(self, error: Exception) -> Exception:
        if isinstance(error, TimeoutError | ReadTimeoutError):
            return Silent(f"Nothing is heard of {self._what}.", "It is tried again.")
        return unreached(error, self._what)
