"""What a batch of usage adds up to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.actor import anonymous
from common.access import SignInRequired
from common.errors import Invalid
from gateway.tokens import KnownGateway
from gateway.usecases.take_usage import take_usage
from gateway.values import LATENCY_BOUNDS, Latencies, Requests, Usage
from tests.factories.gateway import (
    AGENT,
    known,
    make_credential,
    make_environment,
    make_gateway,
    make_route,
    make_subscription,
    make_version,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
MINUTE = int(NOW.timestamp()) // 60 * 60


@pytest.fixture
def gateway() -> KnownGateway:
    return known(make_gateway()[1])


def take(gateway: KnownGateway, *parts: Requests | Latencies, batch: str = "one") -> bool:
    requests = tuple(part for part in parts if isinstance(part, Requests))
    latencies = tuple(part for part in parts if isinstance(part, Latencies))
    usage = Usage(batch=batch, requests=requests, latencies=latencies)
    return take_usage(actor=AGENT, gateway=gateway, usage=usage, now=NOW)


def requests(route: Any, count: int = 1, **fields: Any) -> Requests:
    values = {"minute": MINUTE, "subscription": "", "credential": "", "status": 200} | fields
    return Requests(route=route.public_id, count=count, **values)


def latencies(route: Any, **buckets: int) -> Latencies:
    counts = [buckets.get(f"b{place}", 0) for place in range(len(LATENCY_BOUNDS) + 1)]
    return Latencies(minute=MINUTE, route=route.public_id, subscription="", counts=tuple(counts))


def rows(table: str, columns: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1")
        return cursor.fetchall()


def test_it_keeps_whose_the_requests_were(gateway: KnownGateway) -> None:
    version = make_version()
    route = make_route(version)
    subscription = make_subscription(version)
    credential = make_credential(subscription)
    whose = {"subscription": subscription.public_id, "credential": credential.public_id}

    assert take(gateway, requests(route, 5, **whose), requests(route, 2, status=401))

    columns = "requests, status, api_id, version_id, application_id, subscription_id, credential_id, gateway_id"
    assert rows("gateway_usage", columns) == [
        (2, 401, version.api_id, version.pk, 0, 0, 0, gateway.id),
        (
            5,
            200,
            version.api_id,
            version.pk,
            subscription.application_id,
            subscription.pk,
            credential.pk,
            gateway.id,
        ),
    ]


def test_it_adds_up_what_several_batches_say_of_a_minute(gateway: KnownGateway) -> None:
    route = make_route(make_version())

    take(gateway, requests(route, 1), requests(route, 2), latencies(route, b0=1, b3=2), latencies(route, b3=1))
    take(gateway, requests(route, 3), latencies(route, b15=4), batch="two")

    assert rows("gateway_usage", "requests") == [(6,)]
    ((counts,),) = rows("gateway_latency", "counts")
    assert (counts[0], counts[3], counts[15], sum(counts)) == (1, 3, 4, 8)


def test_it_adds_up_longer_spans_too(gateway: KnownGateway) -> None:
    route = make_route(make_version())

    take(gateway, requests(route, 1), requests(route, 2, status=503, minute=MINUTE - 60), latencies(route, b0=3))
    take(gateway, requests(route, 4, status=429), latencies(route, b0=1, b15=4), batch="two")

    # 12:00 and the minute before lie in different hours, and in different quarters of the day.
    sums = rows("gateway_usage_span", "seconds, start, requests, client_errors, server_errors, limited, counts[1]")
    assert [(row[0], *row[2:]) for row in sorted(sums)] == [
        (3_600, 2, 0, 2, 0, 0),
        (3_600, 5, 4, 0, 4, 4),
        (21_600, 2, 0, 2, 0, 0),
        (21_600, 5, 4, 0, 4, 4),
    ]


def test_it_adds_up_the_times_of_what_nobody_knows(gateway: KnownGateway) -> None:
    route = make_route(make_version())
    lost = [Latencies(minute=MINUTE, route=route.public_id, subscription=f"sub_{n}", counts=(1,) * 16) for n in (1, 2)]

    assert take(gateway, *lost)

    assert rows("gateway_latency", "counts[1]") == [(2,)]


def test_it_counts_a_batch_once(gateway: KnownGateway) -> None:
    route = make_route(make_version())

    assert take(gateway, requests(route))
    assert not take(gateway, requests(route))
    assert take(known(make_gateway()[1]), requests(route, 1))

    assert rows("gateway_usage", "sum(requests)") == [(2,)]


def test_it_remembers_when_a_key_was_used_last(gateway: KnownGateway) -> None:
    version = make_version()
    route = make_route(version)
    credential = make_credential(make_subscription(version))
    whose = {"subscription": credential.subscription.public_id, "credential": credential.public_id}

    take(gateway, requests(route, **whose))
    take(gateway, requests(route, minute=MINUTE - 600, **whose), batch="late")

    credential.refresh_from_db()
    assert credential.last_used_at == datetime.fromtimestamp(MINUTE, UTC)


def test_it_leaves_out_what_the_gateway_does_not_carry() -> None:
    version = make_version()
    route = make_route(version)
    credential = make_credential(make_subscription(version))
    elsewhere = known(make_gateway(environments=(make_environment("staging", 2),))[1])
    whose = {"subscription": credential.subscription.public_id, "credential": credential.public_id}

    assert take(elsewhere, requests(route, **whose), latencies(route, b0=1))

    assert rows("gateway_usage", "requests") == rows("gateway_latency", "counts") == []
    credential.refresh_from_db()
    assert credential.last_used_at is None


def test_it_leaves_out_what_cannot_be(gateway: KnownGateway) -> None:
    version, other = make_version(), make_version()
    route = make_route(version)
    foreign = make_credential(make_subscription(other))
    of_other = {"subscription": foreign.subscription.public_id, "credential": foreign.public_id}
    too_old, ahead = NOW - timedelta(days=91), NOW + timedelta(minutes=10)

    take(
        gateway,
        requests(route, minute=int(too_old.timestamp()) // 60 * 60),
        requests(route, minute=int(ahead.timestamp()) // 60 * 60),
        requests(route, minute=MINUTE + 1),
        requests(route, minute=2**62 // 60 * 60),
        requests(route, -1),
        requests(route, 2**60),
        requests(route, status=1000),
        requests(route, subscription="\x00"),
        Requests(minute=MINUTE, route="rte_unknown", subscription="", credential="", status=200, count=1),
        Latencies(minute=MINUTE, route=route.public_id, subscription="", counts=(1, 2)),
        Latencies(minute=MINUTE, route=route.public_id, subscription="", counts=(-1,) * 16),
    )
    assert rows("gateway_usage", "requests") == rows("gateway_latency", "counts") == []

    take(gateway, requests(route, **of_other), batch="of another API")
    assert rows("gateway_usage", "subscription_id, credential_id") == [(0, 0)]


def test_it_makes_room_for_days_that_nobody_foresaw(gateway: KnownGateway) -> None:
    route = make_route(make_version())
    minutes = [MINUTE - days * 86_400 for days in range(4)]

    take(gateway, *(requests(route, minute=minute) for minute in minutes))

    assert rows("gateway_usage", "count(*)") == [(4,)]


@pytest.mark.parametrize("batch", ["", "x" * 65, "\x00"])
def test_it_needs_a_name_of_the_batch(batch: str, gateway: KnownGateway) -> None:
    with pytest.raises(Invalid):
        take(gateway, batch=batch)


def test_it_is_for_agents_only(gateway: KnownGateway) -> None:
    with pytest.raises(SignInRequired):
        take_usage(actor=anonymous(), gateway=gateway, usage=Usage(batch="one"), now=NOW)
