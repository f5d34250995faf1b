"""One open connection to a gateway, which says as little as it can: what it costs is not what is measured."""

import socket
from types import TracebackType
from typing import Self

_SECONDS = 20
_END = b"\r\n\r\n"


class Line:
    """A connection that stays open; a gateway that closes it ends the measurement."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def ask(self, path: str, key: str) -> None:
        """Send a request; ``answer`` gets what comes back."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n\r\n".encode("ascii"))

    def answer(self) -> int:
        """The status of the next answer, which is read to its end; raises ``ConnectionError`` when there is none."""
        data = b""
        while _END not in data:
            data += self._more()
        head, _, body = data.partition(_END)
        missing = _length(head) - len(body)
        while missing > 0:
            missing -= len(self._more())
        return int(head[9:12])

    def status(self, path: str, key: str) -> int:
        self.ask(path, key)
        return self.answer()

    def _more(self) -> bytes:
        data = self._socket.recv(65_536)
        if not data:
            raise ConnectionError("The gateway closed a connection.")
        return data


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
