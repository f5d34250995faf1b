"""The demo's callers: how often, with what key, and what becomes of them when nobody answers."""

import stat
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from demo.access_file import ACCESS
from demo.callers import keys
from demo.callers.calling import Line, call
from demo.callers.rhythm import Caller, caller_of, pause, request_of

CALLERS = [caller_of(values) for values in yaml.safe_load(ACCESS.read_bytes())["callers"]]


def test_all_together_they_stay_below_five_requests_a_second():
    sent = 0
    for caller in CALLERS:
        at, number = 0.0, 0
        while at < 3_600:
            at, number = at + pause(caller, number, at), number + 1
        sent += number
    assert 2 < sent / 3_600 < 5


def test_a_burst_comes_at_once_and_then_rests():
    caller = Caller("a", "/a", ("GET /x", "POST /y"), 60, burst=3, burst_seconds=50)

    assert [pause(caller, number, 0) for number in range(8)] == [0, 0, 0, 50, 0, 0, 0, 50]
    assert [request_of(caller, number) for number in range(3)] == [("GET", "/x"), ("POST", "/y"), ("GET", "/x")]


def test_keys_are_for_the_owner_of_the_folder_alone(tmp_path: Path):
    assert keys.read(tmp_path) == {}
    keys.write(tmp_path, {"a": "first"})
    keys.write(tmp_path, {"a": "secret", "b": ""})

    assert keys.read(tmp_path) == {"a": "secret", "b": ""}
    assert stat.S_IMODE(keys.keys_file(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.keys_file(tmp_path).parent.stat().st_mode) == 0o700


class _Listener(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.heard[self.path, self.headers.get("X-API-Key", "")] += 1
        self.send_response(429)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


def test_each_calls_with_its_own_key_until_it_is_told_to_end():
    callers = [Caller("with", "/a", ("GET /x",), 60_000), Caller("without", "/b", ("GET /y",), 60_000)]
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listener) as server:
        server.heard = Counter()
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        line = Line(f"http://127.0.0.1:{server.server_port}")
        until = time.monotonic() + 30

        def wait(seconds: float) -> bool:
            time.sleep(seconds)
            return len(server.heard) > 1 or time.monotonic() > until

        call(line, callers, {"with": "secret", "without": ""}, wait, time.monotonic())
        line.close()
        server.shutdown()

    assert set(server.heard) == {("/a/x", "secret"), ("/b/y", "")}
    assert server.heard.total() > 2


def test_a_gateway_that_is_away_is_left_alone_for_seconds():
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) == 4

    call(Line("http://127.0.0.1:9"), [Caller("a", "/a", ("GET /x",), 60)], {"a": ""}, wait, time.monotonic())

    assert waited[1] == waited[3] == 3
