"""A connection that ends at a moment and after a number of bytes, whatever the other end does.

``http.client`` reads from it as from any socket. Its own limits (64 KiB a line, a hundred headers, no limit of time)
are none against somebody who sends a byte a second or never ends, so each read is measured here, below TLS' plain text.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.http.values import TLS, Code, Failed
from common.outbound import looked_up


@dataclass(frozen=True, slots=True)
class Net:
    """How names become addresses, and addresses connections. Tests put their own in place of the machine's."""

    look_up: Callable[[str, int], tuple[str, ...]] = looked_up
    connect: Callable[..., socket.socket] = socket.create_connection


class Line:
    """An open connection, as much of a socket as ``http.client`` asks for; ``hang_up`` ends it.

    ``allow`` is how many more bytes may come before it fails with ``code``.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline
        self._left = 0
        self._code: Code = "too-large"

    def allow(self, count: int, code: Code) -> None:
        self._left, self._code = count, code

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self), 8_192)

    def receive_into(self, buffer: Any) -> int:
        if self._left <= 0:
            raise Failed(self._code)
        self._connection.settimeout(remaining(self._deadline))
        count = self._connection.recv_into(buffer)
        self._left -= count
        return count

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(remaining(self._deadline))
        self._connection.sendall(data)

    def close(self) -> None:
        """Nothing: ``http.client`` closes its socket before the body is read, when the other end will close it."""

    def hang_up(self) -> None:
        self._connection.close()


class _Reader(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive_into(buffer)


def remaining(deadline: float) -> float:
    """Seconds until that moment of ``time.monotonic()``; raises ``Failed``."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Failed("timeout")
    return left


def secured(connection: socket.socket, tls: TLS, deadline: float) -> socket.socket:
    """The connection under TLS, with a certificate for exactly that name; raises OSError and ``Failed``."""
    connection.settimeout(remaining(deadline))
    return tls.context.wrap_socket(connection, server_hostname=tls.server_name)


def usual_tls(host: str, ca: str) -> TLS:
    """The machine's own certificate authorities and those in ``ca`` are believed; raises ``Failed``."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca:
        try:
            context.load_verify_locations(cadata=ca)
        except (ssl.SSLError, ValueError):
            raise Failed("certificate") from None
    return TLS(context, host)
