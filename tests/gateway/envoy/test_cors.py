"""Pages of the portal may call, those of others may not."""

from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import ORIGIN, RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

KEY = "key-of-a-page"
PREFLIGHT = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "x-api-key, content-type"}


def test_it_answers_a_preflight_without_a_key(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    answer = gateway.call("/orders/7", method="OPTIONS", Origin=ORIGIN, **PREFLIGHT)

    assert answer.status == 200
    assert answer.header("access-control-allow-origin") == ORIGIN
    allowed = (answer.header("access-control-allow-headers") or "").lower().split(", ")
    # Everything, and the one header that "everything" does not mean (Fetch standard, section 3.2.3).
    assert {"authorization", "*"} <= set(allowed)
    assert answer.header("access-control-allow-credentials") is None
    assert upstream.arrived == []


def test_it_shows_limits_and_errors_to_pages_of_the_portal(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY, per_hour=1),)))])

    answers = [gateway.call("/orders", key=key, Origin=ORIGIN) for key in (KEY, KEY, "wrong")]

    assert [answer.status for answer in answers] == [200, 429, 401]
    assert {answer.header("access-control-allow-origin") for answer in answers} == {ORIGIN}
    assert {answer.header("access-control-expose-headers") for answer in answers} == {"*"}


def test_it_allows_nothing_to_pages_of_others(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    preflight = gateway.call("/orders", method="OPTIONS", Origin="https://other.example", **PREFLIGHT)
    answer = gateway.call("/orders", key=KEY, Origin="https://other.example")

    assert preflight.status == 401
    assert preflight.header("access-control-allow-origin") is None
    assert answer.header("access-control-allow-origin") is None
