"""An upstream of a test: it remembers what reached it, and answers what the test wants."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Arrived:
    """A request as it reached the upstream."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    @property
    def text(self) -> str:
        """All of it, to search in."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.method} {self.path}\n{headers}\n{self.body.decode('latin-1')}"


@dataclass(frozen=True)
class Reply:
    """What an upstream answers; several headers may have one name. ``raw`` is sent instead of all of it."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"upstream"
    raw: bytes = b""


def _plain(_: Arrived) -> Reply:
    return Reply()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    upstream: "RecordingUpstream"

    def handle_error(self, *_: Any) -> None:
        """A caller that goes away, or trusts us not, is part of what tests try."""


class RecordingUpstream:
    """Listens on loopback; ``answer`` makes the reply to what arrived, ``arrived`` is everything that came."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.arrived: list[Arrived] = []
        self.answer: Callable[[Arrived], Reply] = _plain
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.upstream = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def reset(self) -> None:
        self.arrived.clear()
        self.answer = _plain

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        arrived = Arrived(self.command, self.path, list(self.headers.items()), self._body())
        self.server.upstream.arrived.append(arrived)
        reply = self.server.upstream.answer(arrived)
        if reply.raw:
            self.wfile.write(reply.raw)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_: object) -> None:
        """Tests read what arrived, not a log."""
