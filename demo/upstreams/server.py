"""An HTTP/1.1 server on this machine that answers for the bank's APIs at ``/<api>/<version>/…``."""

import itertools
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from demo.upstreams.bank import Bank
from demo.upstreams.moods import mood
from demo.upstreams.values import Reply, reply

_PROBLEM = "application/problem+json"
_BODY_AT_MOST = 10_000_000
_TITLES = {
    404: "There is nothing here.",
    405: "This cannot be done here.",
    413: "The body is too large.",
    500: "Something went wrong at our side.",
    502: "A system behind this one did not answer.",
    503: "The service is restarting.",
}


class Upstreams(ThreadingHTTPServer):
    """``paces``: answers take the time that software in use takes, and now and then one fails."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, bank: Bank, port: int, *, paces: bool = True) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.bank = bank
        self.paces = paces
        self.numbers = itertools.count()

    def answer(self, method: str, path: str) -> tuple[Reply, list[str]]:
        """What is answered, with the methods to name beside it."""
        api, _, rest = path.removeprefix("/").partition("/")
        version, _, below = rest.partition("/")
        contract = self.bank.contract(api, version)
        match = contract.match(method, f"/{below}") if contract else None
        if contract is None or match is None:
            allowed = contract.methods(f"/{below}") if contract else []
            return _problem(405 if allowed else 404), allowed
        if self.paces:
            taken = mood(f"{api} {match.operation.method} {match.operation.path}", next(self.numbers))
            time.sleep(taken.seconds)
            if taken.failure:
                return _problem(taken.failure), []
        return reply(contract, match, path), []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Nordhaven"
    sys_version = ""
    timeout = 120
    server: Upstreams

    def _respond(self) -> None:
        if not self._drained():
            self.close_connection = True
            self._send(_problem(413), [])
            return
        self._send(*self.server.answer(self.command, unquote(urlsplit(self.path).path)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _respond

    def _drained(self) -> bool:
        """Whether the body is read, so that the connection can carry the next request."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._drained_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _BODY_AT_MOST:
            return False
        self.rfile.read(int(length))
        return True

    def _drained_chunks(self) -> bool:
        taken = 0
        while taken <= _BODY_AT_MOST:
            size = int(self.rfile.readline(100).partition(b";")[0], 16)
            self.rfile.read(size)
            self.rfile.readline(100)
            if size == 0:
                return True
            taken += size
        return False

    def _send(self, answer: Reply, allowed: list[str]) -> None:
        body = _body(answer)
        self.send_response(answer.status)
        if allowed:
            self.send_header("Allow", ", ".join(allowed))
        if answer.media_type:
            self.send_header("Content-Type", answer.media_type)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is written of requests: their headers are the callers' matter."""


def _body(answer: Reply) -> bytes:
    if answer.value is None:
        return b""
    if "json" in answer.media_type:
        return json.dumps(answer.value, ensure_ascii=False, default=str).encode()
    return str(answer.value).encode()


def _problem(status: int) -> Reply:
    """A problem document (RFC 9457)."""
    return Reply(status, _PROBLEM, {"type": "about:blank", "title": _TITLES[status], "status": status})
