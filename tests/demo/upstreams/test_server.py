"""The demo's upstreams over real HTTP."""

import http.client
import json
import threading
from collections.abc import Iterator

import pytest

from demo.upstreams.bank import nordhaven
from demo.upstreams.server import Upstreams


@pytest.fixture
def line() -> Iterator[http.client.HTTPConnection]:
    with Upstreams(nordhaven(), 0, paces=False) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        yield line
        line.close()
        server.shutdown()


def ask(line: http.client.HTTPConnection, method: str, path: str, **given) -> tuple[http.client.HTTPResponse, bytes]:
    line.request(method, path, **given)
    answer = line.getresponse()
    return answer, answer.read()


def test_one_connection_carries_one_request_after_the_other(line: http.client.HTTPConnection):
    score, body = ask(line, "GET", "/credit-check/2.3.0/customers/c-7/score?reasons=true")
    socket = line.sock
    sent, _ = ask(line, "POST", "/instant-payments/1.0.0/payments", body=iter([b'{"a":', b"1}"]), encode_chunked=True)
    head, nothing = ask(line, "HEAD", "/branch-locator/2.0.0/branches")
    gone, empty = ask(line, "DELETE", "/credit-check/2.3.0/consents/k-20261120-0042")

    assert (score.status, json.loads(body)["customerId"]) == (200, "c-7")
    assert sent.status == 201
    assert (head.status, nothing) == (200, b"") and int(head.headers["Content-Length"]) > 0
    assert (gone.status, empty) == (204, b"") and "Content-Length" not in gone.headers
    assert line.sock is socket


def test_what_is_not_there_is_a_problem(line: http.client.HTTPConnection):
    for path in ("/", "/nothing/1.0.0/a", "/credit-check/9.9.9/models", "/credit-check/2.3.0/nothing", "/credit-check"):
        answer, body = ask(line, "GET", path)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert json.loads(body)["status"] == 404

    refused, _ = ask(line, "PUT", "/credit-check/2.3.0/models")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET")


def test_it_tells_nothing_of_keys(line: http.client.HTTPConnection, capfd: pytest.CaptureFixture[str]):
    secret = "nh_live_a-planted-key"
    answer, body = ask(line, "GET", "/credit-check/2.3.0/models", headers={"X-API-Key": secret})

    assert secret not in f"{body!r} {answer.headers} {capfd.readouterr()}"
