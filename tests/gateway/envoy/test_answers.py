"""What leaves a gateway: nothing of what is behind it, and references that a caller can follow."""

import pytest

from gateway.values import Upstream
from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream, Reply

KEY = "key-of-a-caller"


def _answers_with(gateway: RunningGateway, upstream: RecordingUpstream, *headers: tuple[str, str], path: str = "/v1"):
    url = f"http://orders.shop.svc.cluster.local:{upstream.port}{path}"
    gateway.serve(
        [configuration(route(upstream=Upstream(url=url), clients=(client(KEY),)))],
        addresses={"orders.shop.svc.cluster.local": ("127.0.0.1",)},
    )
    upstream.answer = lambda arrived: Reply(status=201, headers=headers)
    return gateway.call("/orders/7", key=KEY)


def test_it_takes_away_what_tells_of_the_upstream(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    told = ("Server", "Via", "X-Powered-By", "X-Envoy-Upstream-Service-Time", "X-Envoy-Decorator-Operation", "Alt-Svc")

    answer = _answers_with(gateway, upstream, *((name, "orders.shop.svc:8080") for name in told), ("X-Own", "stays"))

    assert answer.status == 201
    assert {name for name, _ in answer.headers} == {"date", "content-length", "x-own"}


def test_its_own_answers_do_not_tell_of_envoy(gateway: RunningGateway) -> None:
    answer = gateway.call("/unknown")

    assert {name for name, _ in answer.headers} == {"date", "content-length", "content-type", "www-authenticate"}
    assert "envoy" not in answer.text.lower()


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://orders.shop.svc.cluster.local/v1/8", "/orders/8"),
        ("https://ORDERS.shop.svc.cluster.local:9443/v1/8?a=b#c", "/orders/8?a=b#c"),
        ("//orders.shop.svc.cluster.local/v1", "/orders"),
        ("http://user@orders.shop.svc.cluster.local/v1?a=b", "/orders?a=b"),
        ("/v1/8", "/orders/8"),
        ("/v1", "/orders"),
        ("/v10", "/v10"),
        ("../8", "../8"),
        ("https://pay.example/v1/8", "https://pay.example/v1/8"),
        ("http://orders.shop.svc.cluster.local/internal", None),
        ("http://billing.shop.svc:8080/v1/8", None),
        ("http://billing.shop.svc.cluster.local/v1/8", None),
    ],
)
@pytest.mark.parametrize("name", ["Location", "Content-Location"])
def test_it_rewrites_references_to_the_upstream(
    gateway: RunningGateway, upstream: RecordingUpstream, name: str, location: str, expected: str | None
) -> None:
    answer = _answers_with(gateway, upstream, (name, location))

    assert answer.header(name) == expected


def test_it_rewrites_references_to_an_upstream_without_a_path(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    answer = _answers_with(gateway, upstream, ("Location", "http://orders.shop.svc.cluster.local/8"), path="")

    assert answer.header("location") == "/orders/8"


def test_it_gives_cookies_the_place_of_the_gateway(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    cookies = [
        "a=1; Path=/; HttpOnly",
        "b=2; Domain=orders.shop.svc.cluster.local; Path=/v1/8; Secure",
        "c=3; domain=.svc; SameSite=Lax",
        "path=4; path=/other",
        "domain=5",
    ]

    answer = _answers_with(gateway, upstream, *(("Set-Cookie", cookie) for cookie in cookies))

    assert answer.all("set-cookie") == [
        "a=1; Path=/orders; HttpOnly",
        "b=2; Path=/orders/8; Secure",
        "c=3; SameSite=Lax",
        "path=4; Path=/orders",
        "domain=5",
    ]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (
            '<http://orders.shop.svc.cluster.local:8080/v1/8?page=2>; rel="next", </v1/9>; rel=last',
            '</orders/8?page=2>; rel="next", </orders/9>; rel=last',
        ),
        ("<https://pay.example/terms>; rel=license", "<https://pay.example/terms>; rel=license"),
        ("<http://billing.shop.svc/1>; rel=related, </v1/9>; rel=last", None),
    ],
)
def test_it_rewrites_links_to_the_upstream(
    gateway: RunningGateway, upstream: RecordingUpstream, links: str, expected: str | None
) -> None:
    answer = _answers_with(gateway, upstream, ("Link", links))

    assert answer.header("link") == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", f"a=1; Path=/v1{' ' * 55_000}x"),
        ("Set-Cookie", f"a=1; {'Path' * 13_000}"),
        ("Set-Cookie", f"a=1;{' ' * 55_000}"),
        ("Location", f"http://{'@' * 55_000}"),
        ("Location", f"http://{':1' * 27_000}"),
        ("Link", "<" * 55_000),
    ],
)
def test_an_answer_that_takes_long_to_read_keeps_nobody_waiting(
    gateway: RunningGateway, upstream: RecordingUpstream, name: str, value: str
) -> None:
    # Read again from each of its letters, it would take longer than the caller waits.
    assert _answers_with(gateway, upstream, (name, value)).status == 201


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"what is this", 502, "gateway_upstream_invalid"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", 502, "gateway_upstream_invalid"),
    ],
)
def test_it_says_that_an_upstream_is_not_understood(
    gateway: RunningGateway, upstream: RecordingUpstream, raw: bytes, status: int, code: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])
    upstream.answer = lambda arrived: Reply(raw=raw)

    answer = gateway.call("/orders", key=KEY)

    assert (answer.status, answer.problem["status"], answer.problem["code"]) == (status, status, code)
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize(
    ("request_line", "headers", "status", "code"),
    [
        ("GET /orders HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n", 403, "gateway_protocol_refused"),
        ("GET /orders HTTP/1.0", "", 426, "gateway_protocol_refused"),
        ("OPTIONS * HTTP/1.1", "", 404, "gateway_path_unknown"),
        ("CONNECT a:80 HTTP/1.1", "", 401, "gateway_key_unknown"),
        ("GET /orders#part HTTP/1.1", "", 400, "gateway_request_invalid"),
    ],
)
def test_it_says_why_it_does_not_pass_on_a_request(
    gateway: RunningGateway, upstream: RecordingUpstream, request_line: str, headers: str, status: int, code: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    answer = gateway.send(f"{request_line}\r\nHost: a:80\r\nX-API-Key: {KEY}\r\n{headers}\r\n".encode())

    assert (answer.status, answer.problem["code"]) == (status, code)
    assert upstream.arrived == []


def test_it_lets_an_upstreams_own_errors_through(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])
    upstream.answer = lambda arrived: Reply(status=404, headers=(("Content-Type", "text/plain"),), body=b"not here")

    answer = gateway.call("/orders", key=KEY)

    assert (answer.status, answer.body, answer.header("content-type")) == (404, b"not here", "text/plain")
