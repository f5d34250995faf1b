"""Reading usage: windows, percentiles, and who sent what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import Role
from common.access import Denied
from common.errors import Invalid
from gateway.queries.usage import Counts, usage_of_api, usage_of_application
from gateway.usage.percentiles import Latency, latency_of, percentile
from gateway.usage.windows import window
from gateway.usecases.take_usage import take_usage
from gateway.values import LATENCY_BOUNDS, Latencies, Requests, Usage
from marketplace.models import Subscription
from tests.factories.accounts import actor_of, make_user
from tests.factories.gateway import AGENT, known, make_gateway, make_route, make_subscription, make_version

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(kind="user", name="Ada", role=Role.ADMINISTRATOR)
BUCKETS = len(LATENCY_BOUNDS) + 1


def spread(**at: int) -> tuple[int, ...]:
    return tuple(at.get(f"b{place}", 0) for place in range(BUCKETS))


@pytest.mark.parametrize(
    ("counts", "share", "found"),
    [
        (spread(), 0.5, None),
        (spread(b0=10), 0.5, 0.5),
        (spread(b4=100), 0.95, 24.2),
        (spread(b0=50, b4=50), 0.5, 1.0),
        (spread(b15=3), 0.5, 60_000.0),
    ],
)
def test_it_places_a_share_within_its_bucket(counts: tuple[int, ...], share: float, found: float | None) -> None:
    assert percentile(counts, share) == found


def test_it_knows_nothing_of_times_without_requests() -> None:
    assert latency_of(()) == Latency()


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (timedelta(hours=1), 60),
        (timedelta(hours=12), 300),
        (timedelta(days=1), 600),
        (timedelta(days=7), 3600),
        (timedelta(days=30), 21_600),
        (timedelta(days=80), 86_400),
    ],
)
def test_it_widens_a_window_to_whole_steps(length: timedelta, step: int) -> None:
    found = window(NOW - length + timedelta(seconds=1), NOW - timedelta(seconds=1), NOW, 90)

    assert found.step_seconds == step
    assert found.start <= NOW - length + timedelta(seconds=1)
    assert found.end >= NOW - timedelta(seconds=1)
    moments = found.moments()
    assert moments[0] == found.start and moments[-1] + timedelta(seconds=step) == found.end
    assert len(moments) <= 182


def test_it_takes_the_last_day_when_nothing_is_said() -> None:
    assert window(None, None, NOW, 90).start == NOW - timedelta(days=1)


@pytest.mark.parametrize(("start", "end"), [(1, 2), (-1, -2), (-200 * 24, None)])
def test_it_refuses_windows_that_are_none(start: int, end: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        window(NOW + timedelta(hours=start), None if end is None else NOW + timedelta(hours=end), NOW, 90)
    assert refused.value.fields.keys() == {"from"}


@pytest.fixture
def subscription(db: None) -> Subscription:
    """Two minutes of traffic of one application, and of somebody without a key."""
    gateway = known(make_gateway("edge")[1])
    version = make_version("payments", title="Payments")
    route = make_route(version)
    subscription = make_subscription(version)
    whose = {"route": route.public_id, "subscription": subscription.public_id}
    first, second = (int((NOW - timedelta(minutes=minutes)).timestamp()) for minutes in (30, 10))
    usage = Usage(
        batch="one",
        requests=(
            Requests(minute=first, status=200, count=90, credential="", **whose),
            Requests(minute=first, status=429, count=5, credential="", **whose),
            Requests(minute=second, status=503, count=4, credential="", **whose),
            Requests(minute=second, status=401, count=7, credential="", subscription="", route=route.public_id),
        ),
        latencies=(
            Latencies(minute=first, counts=spread(b3=95), **whose),
            Latencies(minute=second, counts=spread(b9=4), **whose),
        ),
    )
    take_usage(actor=AGENT, gateway=gateway, usage=usage, now=NOW)
    return subscription


def test_it_adds_up_the_traffic_of_an_api(subscription: Subscription) -> None:
    hour = window(NOW - timedelta(hours=1), NOW, NOW, 90)

    found = usage_of_api(ADMINISTRATOR, subscription.api, hour, "consumer")

    assert found.total == Counts(106, 12, 4, 7, 5, Latency(7.6, 9.9, 876.3))
    assert len(found.steps) == 60
    busy = {step.at: step.counts.requests for step in found.steps if step.counts.requests}
    assert busy == {NOW - timedelta(minutes=30): 95, NOW - timedelta(minutes=10): 11}
    assert found.steps[0].counts == Counts()
    assert [(group.key, group.title, group.counts.requests) for group in found.groups] == [
        (subscription.application.public_id, subscription.application.name, 99),
        ("", "Without a key", 7),
    ]
    assert found.groups[0].counts.latency.p50 is not None
    assert found.groups[1].counts.latency == Latency()


def test_it_adds_up_what_an_application_sends(subscription: Subscription) -> None:
    hour = window(NOW - timedelta(hours=1), NOW, NOW, 90)

    for by, key in (("api", "payments"), ("version", "1.0.0"), ("gateway", "edge")):
        found = usage_of_application(ADMINISTRATOR, subscription.application, hour, by)
        assert found.total.requests == 99
        assert [(group.key, group.counts.requests) for group in found.groups] == [(key, 99)]


def test_it_leaves_out_what_lies_outside(subscription: Subscription) -> None:
    found = usage_of_api(ADMINISTRATOR, subscription.api, window(NOW - timedelta(minutes=20), NOW, NOW, 90))

    assert found.total.requests == 11
    assert found.groups == ()


def test_it_reads_in_four_statements(subscription: Subscription) -> None:
    day = window(None, None, NOW, 90)
    with CaptureQueriesContext(connection) as queries:
        usage_of_api(ADMINISTRATOR, subscription.api, day, "version")
    assert len(queries) == 4


@pytest.mark.parametrize("days", [2, 20, 60])
def test_it_tells_the_same_of_long_windows_as_of_their_minutes(subscription: Subscription, days: int) -> None:
    hour = window(NOW - timedelta(hours=1), NOW, NOW, 90)
    long = window(NOW - timedelta(days=days), NOW, NOW, 90)

    for by in ("consumer", "version", "gateway"):
        minutes, spans = (usage_of_api(ADMINISTRATOR, subscription.api, one, by) for one in (hour, long))
        assert spans.total == minutes.total
        assert spans.groups == minutes.groups
    assert sum(step.counts.requests for step in spans.steps) == 106
    assert usage_of_application(ADMINISTRATOR, subscription.application, long, "api").total.requests == 99


def test_a_long_window_reads_no_minutes(subscription: Subscription) -> None:
    """A busy API's month of minutes are millions of rows."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE gateway_usage, gateway_latency")

    month = window(NOW - timedelta(days=30), NOW, NOW, 90)
    with CaptureQueriesContext(connection) as queries:
        found = usage_of_api(ADMINISTRATOR, subscription.api, month, "consumer")

    assert found.total.requests == 106
    assert len(queries) == 2


def test_it_is_the_matter_of_those_concerned(subscription: Subscription) -> None:
    stranger, day = actor_of(make_user()), window(None, None, NOW, 90)
    with pytest.raises(Denied):
        usage_of_api(stranger, subscription.api, day)
    with pytest.raises(Denied):
        usage_of_application(stranger, subscription.application, day)
