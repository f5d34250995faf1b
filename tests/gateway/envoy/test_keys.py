"""Keys at a real Envoy: which request gets through, and as whom."""

import http.client
import random

import grpc
import pytest
from envoy.config.route.v3 import route_components_pb2, route_pb2

from gateway.envoy.compile import compile_shared
from gateway.envoy.resources import resource
from gateway.envoy.scopes import scope
from gateway.values import Limits
from tests.gateway.envoy.made import client, configuration, digest, public_id, route
from tests.gateway.envoy.running import NOW, RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

KEY = "prod_5cDQ1x0vJm3Zt8LwKrYbN2aEhUgS7fXo"
OTHER = "prod_9aZQ1x0vJm3Zt8LwKrYbN2aEhUgS7fXo"


def test_it_lets_a_key_in_its_header_through_without_the_key(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    answer = gateway.call("/orders/7?a=b", key=KEY)

    assert (answer.status, answer.body) == (200, b"upstream")
    (arrived,) = upstream.arrived
    assert arrived.path == "/v1/7?a=b"
    assert KEY not in arrived.text
    assert digest(KEY) not in arrived.text


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_it_lets_a_bearer_through_without_the_key(
    gateway: RunningGateway, upstream: RecordingUpstream, scheme: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call("/orders", Authorization=scheme + KEY).status == 200
    assert upstream.arrived[0].header("authorization") is None


def test_it_leaves_the_upstream_its_own_token_beside_a_key(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    gateway.call("/orders", key=KEY, Authorization="Bearer of-the-upstream")
    gateway.call("/orders", key=KEY, Authorization=f"Bearer {KEY}")

    assert [arrived.header("authorization") for arrived in upstream.arrived] == ["Bearer of-the-upstream", None]


@pytest.mark.parametrize("written", ["Bearer {}", "ApiKey {}", "{}", "Bearer\t{}"])
def test_it_hands_on_no_other_key_of_ours(gateway: RunningGateway, upstream: RecordingUpstream, written: str) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    gateway.call("/orders", key=KEY, Authorization=written.format("pk_production_" + "b" * 33))

    assert [arrived.header("authorization") for arrived in upstream.arrived] == [None]


def test_it_says_to_the_upstream_who_calls(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY, per_minute=255),)))])

    gateway.call("/orders", key=KEY, X_Portico_Client="spoofed", X_Portico_Anything="spoofed")

    arrived = upstream.arrived[0]
    assert arrived.header("x-portico-client") == (
        "--------000000ff--------" + public_id("sub", "orders") + client(KEY).credential
    )
    assert "spoofed" not in arrived.text
    assert arrived.header("x-portico-scope") is None


def test_it_answers_401_without_a_key(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    answer = gateway.call("/orders")

    assert (answer.status, answer.problem["code"]) == (401, "gateway_key_missing")
    assert answer.header("www-authenticate") == 'Bearer realm="gateway"'
    assert upstream.arrived == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X_API_Key": "unknown"},
        {"X_API_Key": ""},
        {"X_API_Key": f"{KEY},{KEY}"},
        {"X_API_Key": digest(KEY)},
        {"X_API_Key": "none"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {digest(KEY)}"},
        {"Authorization": f"Basic {KEY}"},
        {"Cookie": f"x-api-key={KEY}"},
    ],
)
def test_it_answers_401_to_what_is_no_key(
    gateway: RunningGateway, upstream: RecordingUpstream, headers: dict[str, str]
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call("/orders", **headers).status == 401
    assert upstream.arrived == []


def test_it_does_not_take_a_digest_that_a_caller_sends(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call("/orders", X_Portico_Key=digest(KEY)).status == 401
    assert gateway.call("/orders", key="wrong", X_Portico_Key=digest(KEY)).status == 401
    assert upstream.arrived == []


def test_it_does_not_take_a_client_that_a_caller_sends(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call("/orders", X_Portico_Client=f"{'-' * 24}{public_id('sub', 'orders')}").status == 401


def test_it_keeps_the_key_of_one_api_out_of_another(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve(
        [
            configuration(route(port=upstream.port, clients=(client(KEY),))),
            configuration(route("invoices", port=upstream.port, clients=(client(OTHER),)), api="invoices"),
        ]
    )

    assert gateway.call("/orders", key=KEY).status == 200
    assert gateway.call("/invoices", key=KEY).status == 401
    assert gateway.call("/invoices", key=OTHER).status == 200


def test_it_refuses_everybody_where_there_are_no_subscriptions(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve(
        [
            configuration(route(port=upstream.port, clients=(client(KEY),))),
            configuration(route("empty", port=upstream.port), api="empty"),
        ]
    )

    assert gateway.call("/empty").status == 401
    assert gateway.call("/empty", key=KEY).status == 401
    assert upstream.arrived == []


def test_it_refuses_a_route_that_says_nothing_about_keys(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    bare = route_components_pb2.Route(
        match=route_components_pb2.RouteMatch(prefix="/"),
        direct_response=route_components_pb2.DirectResponseAction(status=200),
    )
    host = route_components_pb2.VirtualHost(name="forgotten", domains=["*"], routes=[bare])
    gateway.delivery.serve(
        [
            *compile_shared([]),
            resource("forgotten", route_pb2.RouteConfiguration(name="forgotten", virtual_hosts=[host])),
            scope("forgotten", "forgotten"),
        ]
    )

    assert gateway.call("/forgotten").status == 401
    assert gateway.call("/forgotten", key=KEY).status == 401


@pytest.mark.parametrize("path", ["/", "/unknown", "/ordersx", "/orders.json", "/v1/orders", "/orders;x=y"])
def test_it_refuses_paths_that_it_does_not_know(
    gateway: RunningGateway, upstream: RecordingUpstream, path: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call(path, key=KEY).status == 401
    assert upstream.arrived == []


def test_it_lets_both_keys_of_a_rotation_through_and_then_one(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    both = route(port=upstream.port, clients=(client(KEY), client(OTHER)))
    gateway.serve([configuration(both)])
    assert [gateway.call("/orders", key=key).status for key in (KEY, OTHER)] == [200, 200]

    gateway.serve([configuration(route(port=upstream.port, clients=(client(OTHER),)))])
    assert [gateway.call("/orders", key=key).status for key in (KEY, OTHER)] == [401, 200]


def test_it_refuses_a_revoked_key_on_a_connection_that_is_open(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)

    def status() -> int:
        connection.request("GET", "/orders", headers={"X-API-Key": KEY})
        response = connection.getresponse()
        response.read()
        return response.status

    assert status() == 200
    kept = connection.sock
    gateway.serve([configuration(route(port=upstream.port))])

    assert status() == 401
    assert connection.sock is kept
    connection.close()


def test_it_ends_a_key_at_its_second(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    ending = configuration(route(port=upstream.port, clients=(client(KEY, until=int(NOW)), client(OTHER))))

    gateway.serve([ending], now=NOW - 0.001)
    assert gateway.call("/orders", key=KEY).status == 200
    gateway.serve([ending], now=NOW)
    assert [gateway.call("/orders", key=key).status for key in (KEY, OTHER)] == [401, 200]


def test_it_says_to_a_suspended_subscription_that_it_is(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(OTHER),), suspended=(digest(KEY),)))])

    answer = gateway.call("/orders", key=KEY)

    assert (answer.status, answer.problem["code"]) == (403, "gateway_subscription_suspended")
    assert gateway.call("/orders", key=OTHER).status == 200
    assert gateway.call("/orders", key="unknown").status == 401


def test_it_refuses_a_suspended_key_that_is_listed_as_a_client_too(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), suspended=(digest(KEY),)))])

    assert gateway.call("/orders", key=KEY).status == 403


def test_it_keeps_a_suspended_key_out_when_the_list_is_lost(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    suspended = configuration(route(port=upstream.port, clients=(client(KEY),), suspended=(digest(KEY),)))
    gateway.serve([suspended])
    lost = [one for one in gateway.delivered if one.name != "portico.denied"] + [compile_shared([])[1]]
    gateway.delivery.serve(lost)

    assert gateway.call("/orders", key=KEY).status == 401


def test_it_lets_those_without_a_key_into_a_keyless_route(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), anonymous=Limits()))])

    assert gateway.call("/orders", X_Portico_Client="spoofed").status == 200
    assert gateway.call("/orders", key=KEY).status == 200
    assert upstream.arrived[0].header("x-portico-client") == f"{'-' * 24}{public_id('rte', 'orders')}{'-' * 20}"


@pytest.mark.parametrize("key", ["wrong", "", "none", "refused", "x" * 300])
def test_it_answers_401_to_a_wrong_key_on_a_keyless_route(
    gateway: RunningGateway, upstream: RecordingUpstream, key: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, anonymous=Limits()))])

    assert gateway.call("/orders", key=key).status == 401
    assert upstream.arrived == []


def test_it_computes_sha256_like_everybody_else(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    letters = "".join(chr(code) for code in range(33, 127))
    source = random.Random(7)
    sent = ["".join(source.choices(letters, k=length)) for length in range(260)]
    gateway.serve([configuration(route(port=upstream.port, clients=tuple(client(key) for key in sent)))])
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)

    statuses = []
    for key in sent:
        connection.request("GET", "/orders", headers={"X-API-Key": key})
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()

    assert statuses == [200] * 257 + [401] * 3


def test_it_refuses_everybody_when_the_script_fails() -> None:
    broken = RunningGateway(script="function envoy_on_request(handle) error('broken') end")
    upstream = RecordingUpstream()
    try:
        broken.serve([configuration(route(port=upstream.port, clients=(client(KEY),), anonymous=Limits()))])

        assert broken.call("/orders", key=KEY).status == 401
        assert broken.call("/orders", X_Portico_Key=digest(KEY)).status == 401
        assert broken.call("/orders").status == 401
        assert "broken" in broken.log
        assert upstream.arrived == []
    finally:
        broken.stop()
        upstream.stop()


def test_it_asks_callers_over_http_2_the_same(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    def call(*headers: tuple[str, str]) -> grpc.StatusCode:
        with grpc.insecure_channel(f"127.0.0.1:{gateway.port}") as channel, pytest.raises(grpc.RpcError) as refused:
            channel.unary_unary("/orders/method")(b"", metadata=headers, timeout=20)
        return refused.value.code()

    assert call() == grpc.StatusCode.UNAUTHENTICATED
    assert call(("x-portico-key", digest(KEY))) == grpc.StatusCode.UNAUTHENTICATED
    assert upstream.arrived == []
    call(("x-api-key", KEY), ("x-portico-client", "spoofed"))
    (arrived,) = upstream.arrived
    assert KEY not in arrived.text
    assert "spoofed" not in arrived.text
