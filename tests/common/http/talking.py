"""Servers of a few lines that answer as badly as a test wants, and a net in which their names mean public addresses."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from common.http.client import Hosts, get
from common.http.line import Net
from common.http.values import Answer, Failure, Question

PUBLIC = "93.184.216.34"
Answering = Callable[[socket.socket, bytes], None]


@dataclass
class Talker:
    """A server on a port of this machine; ``heard`` has what it was asked, head by head."""

    answering: Answering
    context: ssl.SSLContext | None = None
    heard: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65_536)):
                head += piece
            if head:
                self.heard.append(head.decode("latin-1"))
                self.answering(connection, head)
        except OSError:
            return
        finally:
            connection.close()


@contextmanager
def talking(answering: Answering | bytes, context: ssl.SSLContext | None = None) -> Iterator[Talker]:
    """A server that answers each request that way, or with these bytes, until the block ends."""
    said = answering

    def say(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(said)

    talker = Talker(say if isinstance(said, bytes) else said, context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        talker.port = listener.getsockname()[1]
        threading.Thread(target=talker.serve, args=(listener,), daemon=True).start()
        yield talker
        listener.shutdown(socket.SHUT_RDWR)


class FakeNet:
    """Names mean what ``names`` says, first things first, else one public address; every address is this machine."""

    def __init__(self, **names: list[tuple[str, ...]]) -> None:
        self.names = {name.replace("_", "."): list(meanings) for name, meanings in names.items()}
        self.asked: list[str] = []
        self.called: list[str] = []

    @property
    def net(self) -> Net:
        return Net(self._look_up, self._connect)

    def ask(self, question: Question) -> Answer | Failure:
        """The client, in this net."""
        return get(question, self.net, Hosts())

    def _look_up(self, host: str, _port: int) -> tuple[str, ...]:
        self.asked.append(host)
        meanings = self.names.get(host, [(PUBLIC,)])
        return meanings.pop(0) if len(meanings) > 1 else meanings[0]

    def _connect(self, address: tuple[str, int], seconds: float) -> socket.socket:
        self.called.append(address[0])
        return socket.create_connection(("127.0.0.1", address[1]), seconds)


def answer(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> bytes:
    """The bytes of a whole answer."""
    named = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
