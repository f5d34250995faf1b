"""Connections to an API server: to an address that its name means now, and to no other."""

import http.client
import math
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from common.outbound import NotAllowed, resolved
from discovery.connectors.base import Misconfigured, Unreachable
from discovery.connectors.kubernetes.access import Access

CONNECT_SECONDS = 5.0
#: What a connection that breaks or does not come about raises.
TROUBLE = (HTTPError, OSError, http.client.HTTPException)

#: A dead peer is noticed a minute after its last word, though nothing is sent.
_KEEP_ALIVE = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 30),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
)


class EndingSocket(ssl.SSLSocket):
    """Nothing more is received after ``ends_at``, a moment of ``time.monotonic()``.

    A timeout counts from one byte to the next, so somebody who sends a byte now and then would never be done.
    """

    ends_at = math.inf

    def recv_into(self, *buffer: Any, **options: Any) -> int:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the end of the answer is not waited for")
        patience = self.gettimeout()
        if patience is None or left < patience:
            self.settimeout(left)
        return super().recv_into(*buffer, **options)


class Wire:
    """One connection at a time, opened when it is needed; no proxy of the environment counts.

    ``shut`` may be called from another thread at any time: whoever waits for an answer waits no longer.
    """

    def __init__(self, access: Access, context: ssl.SSLContext) -> None:
        self._access, self._context = access, context
        self._connection: HTTPSConnection | None = None
        self._socket: socket.socket | None = None
        self._is_shut = False

    def open(self) -> None:
        """Raises ConnectorError when the host is unknown or never called, and one of ``TROUBLE``."""
        self.close()
        self._connection = _connected(self._access, self._context)
        self._socket = self._connection.sock
        if self._is_shut:
            raise ConnectionAbortedError("shut")

    def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, seconds: float, until: float
    ) -> BaseHTTPResponse:
        """The answer with its body still to be read, never more than so many seconds apart; raises as ``open`` does.

        ``until`` is the moment of ``time.monotonic()`` after which nothing of it comes any more. The token is read anew
        each time.
        """
        if self._connection is None or not self._connection.is_connected:
            self.open()
        connection = self._connection
        if connection is None or self._is_shut:
            raise ConnectionAbortedError("shut")
        connection.timeout = seconds
        if isinstance(connection.sock, EndingSocket):
            connection.sock.ends_at = until
        sent = {"Host": self._access.authority, "User-Agent": "portico", **headers}
        token = self._access.read_token()
        if token:
            sent["Authorization"] = f"Bearer {token}"
        path = self._access.prefix + target
        connection.request(method, path, body=body, headers=sent, preload_content=False, decode_content=False)
        return connection.getresponse()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = self._socket = None

    def shut(self) -> None:
        self._is_shut = True
        connected = self._socket
        if connected is not None:
            try:
                # Below TLS, which another thread is in the middle of.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)
            except OSError:
                return


def _connected(access: Access, context: ssl.SSLContext) -> HTTPSConnection:
    context.sslsocket_class = EndingSocket
    options = [(level, getattr(socket, name), value) for level, name, value in _KEEP_ALIVE if hasattr(socket, name)]
    for address in _addresses(access):
        connection = HTTPSConnection(
            address,
            access.port,
            timeout=CONNECT_SECONDS,
            ssl_context=context,
            server_hostname=access.server_name,
            socket_options=[*HTTPSConnection.default_socket_options, *options],
        )
        try:
            connection.connect()
        except TROUBLE as error:
            connection.close()
            if isinstance(error, ssl.SSLError):
                raise
            continue
        return connection
    raise ConnectionRefusedError("no address answers")


def _addresses(access: Access) -> Sequence[str]:
    """Every address that the host means now; raises Misconfigured when one of them is never called."""
    try:
        return resolved(access.host, access.port)
    except NotAllowed:
        raise Misconfigured(
            "The API server has an address that is never called: link-local, multicast or a cloud's metadata service.",
            "Give the address of the API server itself.",
        ) from None
    except (OSError, UnicodeError):
        raise Unreachable(
            "The host of the API server is not known.", "Check the name, or Portico's resolver."
        ) from None
