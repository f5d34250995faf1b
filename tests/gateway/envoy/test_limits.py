"""Limits at a real Envoy. The windows are an hour wherever a test counts, so that no bucket fills up meanwhile."""

import pytest

from gateway.envoy.clients import limits_text, windows_of
from gateway.envoy.limits import limits
from gateway.values import Limits
from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

KEY, OTHER, THIRD = "key-one", "key-two", "key-three"


def _statuses(gateway: RunningGateway, key: str | None, count: int, path: str = "/orders") -> list[int]:
    return [gateway.call(path, key=key).status for _ in range(count)]


@pytest.fixture(autouse=True)
def _full_buckets(gateway: RunningGateway) -> None:
    """Without limits in use Envoy forgets the buckets of the test before."""
    gateway.serve([])


def test_it_answers_429_over_the_limit_and_says_when_to_go_on(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY, per_hour=2),)))])

    first = gateway.call("/orders", key=KEY)
    assert (first.status, first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")) == (200, "2", "1")
    assert _statuses(gateway, KEY, 1) == [200]
    answer = gateway.call("/orders", key=KEY)

    assert (answer.status, answer.problem["code"]) == (429, "gateway_limit_reached")
    assert 0 < int(answer.header("retry-after") or 0) <= 1800
    assert answer.header("x-ratelimit-remaining") == "0"
    assert len(upstream.arrived) == 2


def test_it_counts_the_keys_of_a_subscription_together(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    clients = (client(KEY, per_hour=2), client(OTHER, per_hour=2), client(THIRD, subscription="others", per_hour=2))
    gateway.serve([configuration(route(port=upstream.port, clients=clients))])

    assert _statuses(gateway, KEY, 1) + _statuses(gateway, OTHER, 2) == [200, 200, 429]
    assert _statuses(gateway, THIRD, 3) == [200, 200, 429]


def test_it_holds_every_window(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    hour = client(KEY, subscription="hour", per_second=1_000, per_minute=1_000, per_hour=2)
    minute = client(OTHER, subscription="minute", per_second=1_000, per_minute=2, per_hour=1_000)
    gateway.serve([configuration(route(port=upstream.port, clients=(hour, minute)))])

    assert _statuses(gateway, KEY, 3) == [200, 200, 429]
    # Within a minute two more fit in at most; were the window not held, all of them would.
    assert 429 in _statuses(gateway, OTHER, 10)


def test_it_holds_the_limit_of_a_second(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY, per_second=1),)))])

    assert 429 in _statuses(gateway, KEY, 50)


def test_it_does_not_limit_a_plan_without_limits(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    limited = client(KEY, per_hour=1)
    gateway.serve([configuration(route(port=upstream.port, clients=(limited, client(OTHER, subscription="free"))))])

    assert _statuses(gateway, OTHER, 5) == [200] * 5
    assert gateway.call("/orders", key=OTHER).header("x-ratelimit-limit") is None


def test_it_does_not_count_those_whom_it_refuses(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY, per_hour=1),)))])

    assert _statuses(gateway, "wrong", 3) == [401] * 3
    assert _statuses(gateway, KEY, 2) == [200, 429]


def test_it_counts_those_without_a_key_together_for_each_route(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    limited = Limits(per_hour=2)
    gateway.serve(
        [
            configuration(
                route(port=upstream.port, anonymous=limited, clients=(client(KEY, per_hour=2),)),
                route("more", port=upstream.port, path="/orders/more", anonymous=limited),
            )
        ]
    )

    assert _statuses(gateway, None, 3) == [200, 200, 429]
    assert _statuses(gateway, None, 3, "/orders/more") == [200, 200, 429]
    assert _statuses(gateway, KEY, 1) == [200]


def test_it_divides_limits_among_gateways(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    limited = configuration(route(port=upstream.port, clients=(client(KEY, per_hour=5),)))
    gateway.serve([limited], shares={"production": 3, "test": 1})

    assert _statuses(gateway, KEY, 3) == [200, 200, 429]


def test_the_threads_of_an_envoy_count_together(upstream: RecordingUpstream) -> None:
    running = RunningGateway(workers=2)
    try:
        limited = client(KEY, per_second=1_000_000, per_hour=10)
        running.serve([configuration(route(port=upstream.port, clients=(limited,)))])

        # Each call is a connection of its own, which the system gives to either thread.
        assert sorted(_statuses(running, KEY, 30)) == [200] * 10 + [429] * 20
    finally:
        running.stop()


def test_a_change_of_keys_does_not_fill_a_bucket(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    limited = client(KEY, per_hour=1)
    gateway.serve([configuration(route(port=upstream.port, clients=(limited,)))])
    assert _statuses(gateway, KEY, 2) == [200, 429]

    gateway.serve(
        [
            configuration(route(port=upstream.port, clients=(limited, client(OTHER, subscription="new", per_hour=1)))),
            configuration(route("invoices", port=upstream.port, anonymous=Limits(per_hour=1)), api="invoices"),
        ]
    )

    assert _statuses(gateway, OTHER, 1) == [200]
    assert _statuses(gateway, KEY, 1) == [429]


def test_many_other_subscriptions_do_not_fill_a_bucket(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    others = [client(f"other-{i}", subscription=f"other{i:03}", per_hour=1) for i in range(50)]
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY, per_hour=1), *others)))])
    assert _statuses(gateway, KEY, 2) == [200, 429]

    assert [gateway.call("/orders", key=f"other-{i}").status for i in range(50)] == [200] * 50

    assert _statuses(gateway, KEY, 1) == [429]


@pytest.mark.parametrize(
    ("number", "share", "expected"), [(10, 1, 10), (10, 3, 4), (1, 5, 1), (0, 1, 1), (2**40, 1, 2**32 - 1), (7, 0, 7)]
)
def test_a_share_is_rounded_up_and_never_nothing(number: int, share: int, expected: int) -> None:
    text = limits_text(Limits(per_minute=number), share)

    assert windows_of(text) == {"minute": expected}


def test_room_for_buckets_grows_in_steps_that_changes_of_keys_rarely_reach() -> None:
    assert limits(["-" * 24], 1) == limits(["-" * 24], 30_000)
    assert limits(["-" * 24], 30_000) != limits(["-" * 24], 100_000)
