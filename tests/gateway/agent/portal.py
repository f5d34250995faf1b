"""A stand-in for the portal's three endpoints, for as long as a test; it can go away, come back and talk nonsense."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from gateway.values import APIConfiguration, Changes, Policy, Receipt, Report, Usage

TOKEN = "token-of-tests"
PATIENCE_SECONDS = 60.0
LOOPBACK = Policy(networks=("127.0.0.0/8",))


def eventually(condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What the condition says once it is true; fails when it never is."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
    return found


class StandInPortal:
    """``say`` is how a portal changes its mind; ``reports`` and ``usages`` are what it was told."""

    def __init__(self) -> None:
        self.generation = 0
        self.apis: dict[str, APIConfiguration] = {}
        self.policy = LOOPBACK
        self.shares: dict[str, int] = {}
        self.reports: list[Report] = []
        self.usages: list[Usage] = []
        self.asked_since: list[int] = []
        #: Answers of these paths are replaced: status and body.
        self.instead: dict[str, tuple[int, bytes]] = {}
        self.changed = threading.Condition()
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.portal = self
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Away: connections are refused, open ones end."""
        server, self._server = self._server, None
        if server is None:
            return
        with self.changed:
            self.changed.notify_all()
        server.shutdown()
        server.server_close()
        server.hang_up()

    @property
    def is_there(self) -> bool:
        return self._server is not None

    def say(self, *apis: APIConfiguration, **values: Any) -> int:
        """These APIs are so from now on; returns as of which generation."""
        with self.changed:
            self.generation += 1
            for api in apis:
                self.apis[api.api] = msgspec.structs.replace(api, generation=self.generation)
            for name, value in values.items():
                setattr(self, name, value)
            self.changed.notify_all()
            return self.generation

    def receipt(self, api: str, generation: int) -> Receipt:
        """What Envoy said to an API's configuration; waits for it."""
        return eventually(
            lambda: next(
                (
                    receipt
                    for report in tuple(self.reports)
                    for receipt in report.receipts
                    if receipt.api == api and receipt.generation == generation
                ),
                None,
            )
        )

    def is_accepted(self, api: str, generation: int) -> bool:
        """Whether Envoy accepted it; waits for the answer."""
        return self.receipt(api, generation).refusal == ""

    def problems(self) -> dict[str, str]:
        """What the newest report says is wrong, by route."""
        return {problem.route: problem.problem for problem in self.reports[-1].problems} if self.reports else {}

    def changes(self, since: int, seconds: float) -> Changes | None:
        self.asked_since.append(since)
        with self.changed:
            self.changed.wait_for(lambda: self.generation > since or not self.is_there, seconds)
            if self.generation <= since and since > 0:
                return None
            return Changes(
                gateway="gtw_test",
                generation=self.generation,
                is_whole=since == 0,
                apis=tuple(api for api in self.apis.values() if api.generation > since),
                policy=self.policy,
                shares=self.shares,
            )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    portal: StandInPortal

    def __init__(self, *arguments: Any) -> None:
        self._open: set[Any] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for request in tuple(self._open):
            self.shutdown_request(request)

    def handle_error(self, *_: Any) -> None:
        """An agent that is killed goes in the middle of an answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        portal, parts = self.server.portal, urlsplit(self.path)
        if self._is_answered_otherwise(parts.path):
            return
        query = parse_qs(parts.query)
        found = portal.changes(int(query["since"][0]), float(query["wait"][0]))
        if self._is_answered_otherwise(parts.path):
            return
        self._answer(204, b"") if found is None else self._answer(200, msgspec.json.encode(found))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        portal = self.server.portal
        if self.path.endswith("/report"):
            portal.reports.append(msgspec.json.decode(body, type=Report))
        else:
            portal.usages.append(msgspec.json.decode(body, type=Usage))
        if not self._is_answered_otherwise(self.path):
            self._answer(204, b"")

    def _is_answered_otherwise(self, path: str) -> bool:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, b'{"detail": "This token is not known."}')
            return True
        found = self.server.portal.instead.get(path.rpartition("/")[2])
        if found is not None:
            self._answer(*found)
        return found is not None

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests read what was told, not a log."""
