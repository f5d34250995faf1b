"""One connection: requests read, replies written, whole or in chunks (RFC 9112)."""

import select
import ssl
from collections.abc import Mapping
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from uuid import uuid4

from demo.cluster.answers import Caller, answer
from demo.cluster.asked import asked
from demo.cluster.certificates import certified
from demo.cluster.statuses import JSON, Cut, Reply, Stream

if TYPE_CHECKING:
    from demo.cluster.server import Server

# The real server leaves small bodies alone.
_COMPRESSED_FROM_BYTES = 128 * 1024


class Connection(BaseHTTPRequestHandler):
    """Answers every request of a connection, then is done."""

    protocol_version = "HTTP/1.1"
    connection: ssl.SSLSocket
    server: "Server"

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if self.raw_requestline and self.parse_request():
            self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written anywhere: the server keeps its latest requests."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = asked(self.command, self.path, self.headers, body)
        caller = Caller(self.client_address[0], certified(self.connection), self._has_left)
        user, reply = answer(self.server.cluster, request, caller)
        status = reply.status if isinstance(reply, Reply) else 200
        self.server.note(self.command, self.path, user, status)
        if isinstance(reply, Stream):
            self._stream(reply)
        else:
            self._reply(reply, can_be_cut=bool(request.resource) and not request.name)

    def _reply(self, reply: Reply, *, can_be_cut: bool) -> None:
        body, headers = reply.body, {"Content-Type": reply.content_type}
        accepts_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
        if reply.compressed and accepts_gzip and len(body) > _COMPRESSED_FROM_BYTES:
            body = reply.compressed()
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if reply.status != HTTPStatus.NOT_MODIFIED:
            headers["Content-Length"] = str(len(body))
        if "Content-Length" in reply.headers:
            # A prepared reply that tells another length than it has.
            self.close_connection = True
        head = self._head(reply.status, headers | reply.headers)
        if can_be_cut and (kept := self.server.cluster.faults.cut_off_after()) is not None:
            self.close_connection = True
            self.wfile.write(head + body[:kept])
            return
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def _stream(self, stream: Stream) -> None:
        headers = {"Content-Type": JSON, "Transfer-Encoding": "chunked"} | dict(stream.headers)
        self.wfile.write(self._head(200, headers))
        number = self.server.stream_opened(self.path)
        try:
            for piece in stream.pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        except Cut:
            self.close_connection = True
        finally:
            self.server.stream_closed(number)

    def _head(self, status: int, headers: Mapping[str, str]) -> bytes:
        own = {"Audit-Id": str(uuid4()), "Cache-Control": "no-cache, private", "Date": formatdate(usegmt=True)}
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in (own | dict(headers)).items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _has_left(self) -> bool:
        """Whether the other end closed: who reads a stream sends nothing more but its farewell."""
        asked = select.poll()
        asked.register(self.connection, select.POLLIN)
        return bool(asked.poll(0))
