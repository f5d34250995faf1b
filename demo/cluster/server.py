"""The server itself: TLS connections, HTTP/1.1 on each, one thread a connection."""

import socket
import ssl
import threading
import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType

from demo.cluster.certificates import Authority
from demo.cluster.cluster import Cluster
from demo.cluster.connection import Connection

_HANDSHAKE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Served:
    """One request that was answered; a stream is noted when it begins."""

    method: str
    target: str
    user: str
    status: int


class Server:
    """Serves a cluster from ``with`` to its end, or from ``start`` to ``stop``; ``requests`` has the latest."""

    def __init__(self, cluster: Cluster, *, port: int = 0, authority: Authority | None = None) -> None:
        self.cluster, self.host, self.port = cluster, "127.0.0.1", port
        self.authority = authority or Authority()
        self.requests: deque[Served] = deque(maxlen=20_000)
        self._context = self.authority.server_context()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._streams: dict[int, str] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}"

    @property
    def streams(self) -> list[str]:
        """What the streams that are open were asked for: path and query."""
        with self._lock:
            return list(self._streams.values())

    def start(self) -> None:
        """Takes connections from now on; without a port of its own it keeps the first one it got."""
        self.cluster.faults.resume()
        self._listener = socket.create_server((self.host, self.port), backlog=256)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """Takes no connection any more, while those that are open go on: a server that was told to end does so."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def stop(self) -> None:
        """Refuses connections at once and breaks off those that are open."""
        self.refuse()
        self.cluster.faults.stop()
        self.cluster.store.wake()
        with self._lock:
            for connection in self._open:
                _shut(connection)

    def restart(self, down_seconds: float = 0.0) -> None:
        """Gone for so long, and back without the old versions, so that every watcher has to list again."""
        self.stop()
        time.sleep(down_seconds)
        self.cluster.store.restart()
        self.start()

    def cut_streams(self) -> None:
        """Every open watch breaks off in the middle; other connections stay."""
        self.cluster.faults.cut_streams()
        self.cluster.store.wake()

    def note(self, method: str, target: str, user: str, status: int) -> None:
        self.requests.append(Served(method, target, user, status))

    def stream_opened(self, target: str) -> int:
        with self._lock:
            number = max(self._streams, default=0) + 1
            self._streams[number] = target
            return number

    def stream_closed(self, number: int) -> None:
        with self._lock:
            self._streams.pop(number, None)

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                accepted, address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(accepted, address), daemon=True).start()

    def _serve(self, accepted: socket.socket, address: tuple[str, int]) -> None:
        try:
            accepted.settimeout(_HANDSHAKE_SECONDS)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self._context.wrap_socket(accepted, server_side=True)
        except (OSError, ssl.SSLError):
            accepted.close()
            return
        connection.settimeout(None)
        with self._lock:
            self._open.add(connection)
        try:
            if self._listener is not None:
                Connection(connection, address, self)
        except OSError:
            # The other end has left, or the server stops: nobody is there to be told.
            return
        finally:
            with self._lock:
                self._open.discard(connection)
            _shut(connection)
            connection.close()


def _shut(connection: socket.socket) -> None:
    """Breaks the connection off below TLS, which another thread may be in the middle of."""
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return
