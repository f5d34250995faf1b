"""How much a caller may ask of a gateway, at an Envoy with small bounds."""

import socket
import time
from collections.abc import Iterator

import pytest

from gateway.envoy.settings import Bounds
from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import RunningGateway, answer_of
from tests.gateway.envoy.upstream import RecordingUpstream

KEY = "key-of-a-caller"
CONNECTIONS = 8


@pytest.fixture(scope="module")
def gateway() -> Iterator[RunningGateway]:
    running = RunningGateway(
        Bounds(connections=CONNECTIONS, headers=20, headers_kib=8, headers_seconds=0.3, request_seconds=0.6)
    )
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _served(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), body_bytes=1_000))])


def test_it_takes_a_body_of_the_size_that_the_route_allows(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    assert gateway.call("/orders", method="POST", key=KEY, body=b"x" * 1_000).status == 200
    assert upstream.arrived[0].body == b"x" * 1_000


def test_it_refuses_a_larger_body(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    answer = gateway.call("/orders", method="POST", key=KEY, body=b"x" * 1_001)

    assert (answer.status, answer.problem["code"]) == (413, "gateway_body_large")
    assert upstream.arrived == []


def test_it_refuses_a_larger_body_that_does_not_say_how_large_it_is(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    head = f"POST /orders HTTP/1.1\r\nHost: a\r\nX-API-Key: {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = gateway.send(head.encode() + b"3e9\r\n" + b"x" * 1_001 + b"\r\n")

    assert (answer.status, answer.problem["code"]) == (413, "gateway_body_large")
    assert upstream.arrived == []


def test_it_allows_another_route_more(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), body_bytes=3_000_000))])

    assert gateway.call("/orders", method="PUT", key=KEY, body=b"x" * 3_000_000).status == 200
    assert len(upstream.arrived[0].body) == 3_000_000


def test_it_refuses_too_many_headers(gateway: RunningGateway) -> None:
    answer = gateway.call("/orders", key=KEY, **{f"a{i}": "b" for i in range(20)})

    assert (answer.status, answer.problem["code"]) == (431, "gateway_headers_large")


def test_it_refuses_too_large_headers(gateway: RunningGateway) -> None:
    answer = gateway.call("/orders", key=KEY, a="b" * 9_000)

    assert (answer.status, answer.problem["code"]) == (431, "gateway_headers_large")


def test_it_does_not_wait_for_headers(gateway: RunningGateway) -> None:
    answer = gateway.send(b"GET /orders HTTP/1.1\r\nHost: a\r\n")

    assert (answer.status, answer.problem["code"]) == (408, "gateway_request_slow")


def test_it_does_not_wait_for_a_body(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    answer = gateway.send(
        f"POST /orders HTTP/1.1\r\nHost: a\r\nX-API-Key: {KEY}\r\nContent-Length: 9\r\n\r\nx".encode()
    )

    assert (answer.status, answer.problem["code"]) == (408, "gateway_request_slow")
    assert upstream.arrived == []


def test_it_takes_only_so_many_connections(gateway: RunningGateway) -> None:
    request = f"GET /orders HTTP/1.1\r\nHost: a\r\nX-API-Key: {KEY}\r\n\r\n".encode()
    kept: list[socket.socket] = []
    try:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", gateway.port), timeout=20)
            kept.append(connection)
            connection.sendall(request)
            if not connection.recv(1, socket.MSG_PEEK):
                break
            assert answer_of(connection).status == 200
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as one_more:
            assert one_more.recv(1) == b""
        assert len(kept) >= CONNECTIONS - 1
    finally:
        for connection in kept:
            connection.close()


def test_it_watches_its_memory(gateway: RunningGateway) -> None:
    watched = gateway.administration("/stats?filter=%5Eoverload%5C.")

    assert "overload.envoy.resource_monitors.fixed_heap.pressure" in watched
    for action in ("shrink_heap", "disable_http_keepalive", "stop_accepting_requests"):
        assert f"overload.envoy.overload_actions.{action}.active: 0" in watched


def test_it_refuses_everybody_when_its_memory_is_full(upstream: RecordingUpstream) -> None:
    full = RunningGateway(Bounds(heap_bytes=1_000_000))
    try:
        full.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])
        deadline = time.monotonic() + 20
        while "stop_accepting_requests.active: 0" in full.administration("/stats") and time.monotonic() < deadline:
            time.sleep(0.02)

        answer = full.call("/orders", key=KEY)

        assert (answer.status, answer.problem["code"]) == (503, "gateway_upstream_unavailable")
    finally:
        full.stop()
