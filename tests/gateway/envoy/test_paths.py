"""One way to write a path: a route, a limit and an upstream see the same one."""

import pytest

from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

KEY = "key-of-a-caller"


def _reached(gateway: RunningGateway, upstream: RecordingUpstream, path: str, to: str = "/v1") -> str:
    gateway.serve([configuration(route(url=f"http://127.0.0.1:{upstream.port}{to}", clients=(client(KEY),)))])
    assert gateway.call(path, key=KEY).status == 200
    return upstream.arrived[0].path


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        ("/orders", "/v1"),
        ("/orders/", "/v1/"),
        ("/orders?a=b", "/v1?a=b"),
        ("/orders/7/lines?a=/../b", "/v1/7/lines?a=/../b"),
        ("//orders/7", "/v1/7"),
        ("/z/../orders/7", "/v1/7"),
        ("/%6frders/7", "/v1/7"),
        ("/orders/./7", "/v1/7"),
        ("/orders/7;a=b", "/v1/7;a=b"),
        ("/orders/..7;a=b", "/v1/..7;a=b"),
        ("/orders/7?a=/..;b", "/v1/7?a=/..;b"),
        ("/orders/7/../../orders/8", "/v1/8"),
        ("/orders/%20%C3%A9", "/v1/%20%C3%A9"),
    ],
)
def test_it_replaces_its_own_path(
    gateway: RunningGateway, upstream: RecordingUpstream, path: str, reaches: str
) -> None:
    assert _reached(gateway, upstream, path) == reaches


@pytest.mark.parametrize(
    ("to", "path", "reaches"),
    [
        ("", "/orders", "/"),
        ("/", "/orders/", "/"),
        ("", "/orders?a=b", "/?a=b"),
        ("", "/orders/7/orders/8", "/7/orders/8"),
        ("/orders", "/orders/7", "/orders/7"),
        ("/a/b/", "/orders/7", "/a/b/7"),
    ],
)
def test_it_leads_to_any_path_of_an_upstream(
    gateway: RunningGateway, upstream: RecordingUpstream, to: str, path: str, reaches: str
) -> None:
    assert _reached(gateway, upstream, path, to) == reaches


@pytest.mark.parametrize(
    "path",
    [
        "/orders%2f7",
        "/orders%5C7",
        "/%2forders",
        "/orders/..%2f..%2fadmin",
        "/orders/%00",
        "/orders/%2e%2e;/admin",
        "/orders/.%2E;x=y/admin",
        "/orders/7/..%3B/admin",
    ],
)
def test_it_refuses_paths_that_can_be_read_in_two_ways(
    gateway: RunningGateway, upstream: RecordingUpstream, path: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    answer = gateway.call(path, key=KEY)

    assert (answer.status, answer.problem["code"]) == (400, "gateway_request_invalid")
    assert upstream.arrived == []


@pytest.mark.parametrize("path", ["/orders/../admin", "/orders/7/../../admin/x", "/orders/%2e%2e/admin"])
def test_it_does_not_lead_out_of_the_path_of_a_route(
    gateway: RunningGateway, upstream: RecordingUpstream, path: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call(path, key=KEY).status == 401
    assert upstream.arrived == []


def test_it_takes_the_longest_path_of_an_api(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve(
        [
            configuration(
                route("one", path="/orders", url=f"http://127.0.0.1:{upstream.port}/v1", clients=(client(KEY),)),
                route("two", path="/orders/v2", url=f"http://127.0.0.1:{upstream.port}/v2", clients=(client(KEY),)),
            )
        ]
    )

    for path in ("/orders/v2/7", "/orders/v22/7", "/orders/7"):
        assert gateway.call(path, key=KEY).status == 200

    assert [arrived.path for arrived in upstream.arrived] == ["/v2/7", "/v1/v22/7", "/v1/7"]


def test_it_refuses_header_names_with_underscores(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    answer = gateway.send(f"GET /orders HTTP/1.1\r\nHost: a\r\nX-API-Key: {KEY}\r\nx_b: c\r\n\r\n".encode())

    assert (answer.status, answer.problem["code"]) == (400, "gateway_request_invalid")


def test_it_does_not_believe_what_a_caller_says_of_its_address(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    told = {"X_Envoy_Retry_On": "5xx", "X_Envoy_Original_Path": "/x", "X_Envoy_Internal": "true"}
    told |= {"Forwarded": "host=evil", "X_Forwarded_Host": "evil", "X_Original_URL": "/evil", "X_Real_IP": "evil"}
    gateway.call("/orders", key=KEY, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https", **told)

    arrived = upstream.arrived[0]
    assert "evil" not in arrived.text
    assert arrived.header("x-forwarded-proto") == "http"
    assert not (arrived.header("x-forwarded-for") or "").endswith("203.0.113.9")
    assert [name for name, _ in arrived.headers if name.lower().startswith("x-envoy-")] == []
