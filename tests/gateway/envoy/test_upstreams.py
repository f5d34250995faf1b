"""Where a route leads: TLS, names, attempts, time."""

import threading
from collections.abc import Iterator

import pytest

from demo.cluster.certificates import Authority
from gateway.values import Breaker, Outliers, Retries, Upstream
from tests.gateway.envoy.delivery import Refused
from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import Arrived, RecordingUpstream, Reply

KEY = "key-of-a-caller"
ADDRESSES = {"orders.example": ("127.0.0.1",), "127.0.0.1": ("127.0.0.1",)}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(hosts=("orders.example", "127.0.0.1"))


@pytest.fixture(scope="module")
def _tls(authority: Authority) -> Iterator[RecordingUpstream]:
    upstream = RecordingUpstream(authority.server_context())
    yield upstream
    upstream.stop()


@pytest.fixture
def tls(_tls: RecordingUpstream) -> RecordingUpstream:
    _tls.reset()
    return _tls


def _status(gateway: RunningGateway, url: str, **upstream: object) -> int:
    gateway.serve(
        [configuration(route(upstream=Upstream(url=url, **upstream), clients=(client(KEY),)))], addresses=ADDRESSES
    )
    return gateway.call("/orders", key=KEY).status


def test_it_trusts_an_upstream_with_the_right_authority(
    gateway: RunningGateway, tls: RecordingUpstream, authority: Authority
) -> None:
    ca = authority.certificate.decode()

    assert _status(gateway, f"https://orders.example:{tls.port}/v1", ca=ca) == 200
    assert tls.arrived[0].header("host") == f"orders.example:{tls.port}"
    assert _status(gateway, f"https://127.0.0.1:{tls.port}/v1", ca=ca) == 200
    assert _status(gateway, f"https://127.0.0.1:{tls.port}/v1", ca=ca, server_name="orders.example") == 200
    assert tls.arrived[2].header("host") == f"orders.example:{tls.port}"


def test_it_does_not_trust_an_upstream_with_another_authority_or_name(
    gateway: RunningGateway, tls: RecordingUpstream, authority: Authority
) -> None:
    ca = authority.certificate.decode()
    url = f"https://orders.example:{tls.port}"

    assert _status(gateway, url, ca=Authority().certificate.decode()) == 503
    assert _status(gateway, url) == 503
    assert _status(gateway, url, ca=ca, server_name="billing.example") == 503
    assert tls.arrived == []
    assert _status(gateway, url, verifies=False) == 200


def test_what_envoy_refuses_leaves_the_rest_as_it_was(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    good = configuration(route(port=upstream.port, clients=(client(KEY),)))
    gateway.serve([good])

    with pytest.raises(Refused, match=r"(?i)certificate"):
        _status(gateway, "https://orders.example/", ca="no certificate at all")

    gateway.serve([good])
    assert gateway.call("/orders", key=KEY).status == 200


def test_it_says_that_an_upstream_cannot_be_reached(gateway: RunningGateway) -> None:
    gateway.serve([configuration(route(port=1, clients=(client(KEY),)))])

    answer = gateway.call("/orders", key=KEY)

    assert (answer.status, answer.problem["code"]) == (503, "gateway_upstream_unavailable")


def test_it_says_that_an_upstream_has_no_address(gateway: RunningGateway) -> None:
    problems = gateway.serve([configuration(route(clients=(client(KEY),)))], addresses={})

    assert gateway.call("/orders", key=KEY).status == 503
    assert [problem.problem for problem in problems] == [
        "No address of 127.0.0.1 is known. Look at the name and its DNS."
    ]


def test_it_says_that_an_upstream_is_slow(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, timeout_seconds=0.05, clients=(client(KEY),)))])
    upstream.answer = _after_a_while

    answer = gateway.call("/orders", key=KEY)

    assert (answer.status, answer.problem["code"]) == (504, "gateway_upstream_slow")


def _after_a_while(_: Arrived) -> Reply:
    # Never set: the wait is longer than the time of the route, whatever else the machine does.
    threading.Event().wait(1.0)
    return Reply()


@pytest.mark.parametrize(
    ("method", "attempts"), [("GET", 3), ("HEAD", 3), ("PUT", 3), ("DELETE", 3), ("POST", 1), ("PATCH", 1)]
)
def test_it_tries_again_only_what_may_be_repeated(
    gateway: RunningGateway, upstream: RecordingUpstream, method: str, attempts: int
) -> None:
    gateway.serve([configuration(route(port=upstream.port, retries=Retries(count=2), clients=(client(KEY),)))])
    upstream.answer = lambda arrived: Reply(status=503)

    assert gateway.call("/orders", method=method, key=KEY).status == 503
    assert len(upstream.arrived) == attempts


def test_it_tries_again_until_the_upstream_answers(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    retries = Retries(count=2, try_seconds=5.0)
    gateway.serve([configuration(route(port=upstream.port, retries=retries, clients=(client(KEY),)))])
    upstream.answer = lambda arrived: Reply(status=502 if len(upstream.arrived) == 1 else 200)

    assert gateway.call("/orders", key=KEY).status == 200


def test_it_does_not_try_again_unless_told_to(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])
    upstream.answer = lambda arrived: Reply(status=503)

    gateway.call("/orders", key=KEY, X_Envoy_Retry_On="5xx", X_Envoy_Max_Retries="3")

    assert len(upstream.arrived) == 1


def test_it_takes_only_so_much_of_an_upstream_at_once(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    busy, done = threading.Event(), threading.Event()

    def when_told(_: Arrived) -> Reply:
        busy.set()
        done.wait(20)
        return Reply()

    upstream.answer = when_told
    one = Upstream(url=f"http://127.0.0.1:{upstream.port}", breaker=Breaker(requests=1))
    gateway.serve([configuration(route(upstream=one, clients=(client(KEY),)))])
    statuses: list[int] = []
    first = threading.Thread(target=lambda: statuses.append(gateway.call("/orders", key=KEY).status))
    first.start()
    assert busy.wait(20)

    second = gateway.call("/orders", key=KEY)
    done.set()
    first.join(20)

    assert (second.status, second.problem["code"]) == (503, "gateway_upstream_unavailable")
    assert second.header("x-envoy-overloaded") is None
    assert statuses == [200]
    assert len(upstream.arrived) == 1


def test_it_leaves_an_address_alone_that_fails(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    # Nothing listens at the second address, so that every other request fails until it is left alone.
    two = {"127.0.0.1": ("127.0.0.1", "127.0.0.2")}
    outliers = Outliers(consecutive_errors=2, ejection_seconds=3_600)
    watched = Upstream(url=f"http://127.0.0.1:{upstream.port}", outliers=outliers)
    gateway.serve([configuration(route(upstream=watched, clients=(client(KEY),)))], addresses=two)

    statuses: list[int] = []
    while statuses[-10:] != [200] * 10 and len(statuses) < 500:
        statuses.append(gateway.call("/orders", key=KEY).status)

    assert 503 in statuses
    assert statuses[-10:] == [200] * 10


@pytest.mark.parametrize("number", [-(2**70), -1, 0, 2**70])
def test_numbers_out_of_range_do_not_cost_an_api_its_routes(
    gateway: RunningGateway, upstream: RecordingUpstream, number: int
) -> None:
    breaker = Breaker(connections=number, pending_requests=number, requests=number, retries=number)
    outliers = Outliers(
        consecutive_errors=number, interval_seconds=number, ejection_seconds=number, ejected_percent=number
    )
    odd = Upstream(url="http://127.0.0.1:1", connect_seconds=number, breaker=breaker, outliers=outliers)
    retries = Retries(count=number, try_seconds=number)
    gateway.serve(
        [
            configuration(
                route(port=upstream.port, clients=(client(KEY),)),
                route(
                    "odd", path="/orders/odd", upstream=odd, timeout_seconds=number, retries=retries, body_bytes=number
                ),
            )
        ]
    )

    assert gateway.call("/orders", key=KEY).status == 200


@pytest.mark.parametrize("balancing", ["round_robin", "least_request", "random", "unheard-of"])
def test_it_balances_in_every_way(gateway: RunningGateway, upstream: RecordingUpstream, balancing: str) -> None:
    breaker = Breaker(connections=1, pending_requests=1, requests=1, retries=0)
    url = f"http://127.0.0.1:{upstream.port}/v1"

    assert _status(gateway, url, balancing=balancing, breaker=breaker, connect_seconds=0.5) == 200
