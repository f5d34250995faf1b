"""Traffic on pages: figures, lines and tables, and who is shown them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gateway.models import Gateway
from gateway.queries.usage import Counts, Group, Step, UsageOver
from gateway.usage.percentiles import Latency
from gateway.usage.windows import window
from gateway.usecases.take_usage import take_usage
from gateway.values import LATENCY_BOUNDS, Latencies, Requests, Usage
from gateway.web import traffic
from marketplace.models import Subscription
from tests.factories.gateway import (
    AGENT,
    known,
    make_environment,
    make_gateway,
    make_route,
    make_subscription,
    make_version,
)
from tests.personas import Cast

NOW = timezone.now()


def usage_over(*counts: Counts) -> UsageOver:
    found = window(NOW - timedelta(minutes=len(counts) - 1), NOW, NOW, 90)
    steps = tuple(Step(found.start + timedelta(minutes=at), one) for at, one in enumerate(counts))
    total = Counts(*(sum(getattr(one, name) for one in counts) for name in ("requests", "client_errors")))
    return UsageOver(found, total, steps, (Group("app_x", "Offers", counts[0]), Group("", "Without a key", counts[-1])))


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "–"), (0, 9, "0 %"), (1, 3, "33.33 %"), (1, 2, "50 %"), (1, 1_000_000, "< 0.01 %"), (7, 7, "100 %")],
)
def test_it_never_rounds_what_is_there_to_nothing(part, whole, words):
    assert traffic.percent(part, whole) == words


def test_it_draws_requests_a_minute_and_how_they_were_answered():
    usage = usage_over(Counts(60, 15, 5, 5, 10, Latency(1, 2, 3)), Counts(), Counts(2))

    requests, latency = traffic.charts(usage)

    assert {one.name: list(one.values) for one in requests.series} == {
        "Answered": [40, 0, 2],
        "Over the limit, 429": [10, 0, 0],
        "Refused, 401": [5, 0, 0],
        "Errors, 5xx": [5, 0, 0],
    }
    assert [one.values[1] for one in latency.series] == [None, None, None]
    assert len(requests.times) == 3


def test_it_draws_nothing_of_a_window_without_traffic():
    assert traffic.charts(usage_over(Counts(), Counts())) == []


def test_it_gives_each_caller_its_share():
    found = traffic.lines(usage_over(Counts(30, 6, 3), Counts(10)), {"app_x": "/x"})

    assert [(line.title, line.url, line.share, line.errors) for line in found] == [
        ("Offers", "/x", 75, "10 %"),
        ("Without a key", "", 25, "0 %"),
    ]


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    """Traffic of a minute ago on an API of the member's team, by an application of somebody else's."""
    gateway = known(make_gateway("edge")[1])
    version = make_version("payments", title="Payments", owner=cast.team.slug)
    subscription, route = make_subscription(version), make_route(version)
    whose = {"route": route.public_id, "subscription": subscription.public_id}
    minute = int(timezone.now().timestamp()) // 60 * 60 - 60
    times = tuple(131 if place == 3 else 0 for place in range(len(LATENCY_BOUNDS) + 1))
    usage = Usage(
        batch="one",
        requests=(
            Requests(minute=minute, status=200, count=1_234, credential="", **whose),
            Requests(minute=minute, status=429, count=77, credential="", **whose),
        ),
        latencies=(Latencies(minute=minute, counts=times, **whose),),
    )
    take_usage(actor=AGENT, gateway=gateway, usage=usage, now=timezone.now())
    return subscription


def test_it_shows_the_owner_who_calls_and_how_it_went(client: Client, cast: Cast, subscription: Subscription):
    client.force_login(cast.member)

    page = client.get("/apis/payments/traffic/", {"window": "1h"}).content.decode()

    assert subscription.application.name in page
    assert "1,311" in page
    assert "&quot;Over the limit, 429&quot;" in page or "Over the limit, 429" in page
    assert 'hx-trigger="every 15s"' in page


def test_it_follows_the_last_hour_only(client: Client, cast: Cast, subscription: Subscription):
    client.force_login(cast.member)

    page = client.get("/apis/payments/traffic/", {"window": "7d"}).content.decode()

    assert "hx-trigger" not in page.split('id="traffic"')[1].split(">")[0]


def test_it_answers_htmx_with_the_part_that_the_page_includes(client: Client, cast: Cast, subscription: Subscription):
    client.force_login(cast.member)

    part = client.get("/apis/payments/traffic/?window=1h", headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div id="traffic"')


def test_it_tells_others_who_sees_the_traffic(client: Client, cast: Cast, subscription: Subscription):
    client.force_login(cast.stranger)

    page = client.get("/apis/payments/traffic/").content.decode()

    assert "Its owner sees the traffic" in page
    assert subscription.application.name not in page


def test_it_says_when_no_gateway_is_connected(client: Client, cast: Cast):
    version = make_version("payments", owner=cast.team.slug)
    client.force_login(cast.member)
    assert "No gateway carries this API" in client.get("/apis/payments/traffic/").content.decode()

    make_route(version)
    assert "No gateway is connected" in client.get("/apis/payments/traffic/").content.decode()


def test_it_says_among_how_many_gateways_limits_are_divided(client: Client, cast: Cast):
    version = make_version("payments", owner=cast.team.slug)
    production, staging = make_environment("production", 1), make_environment("staging", 2)
    make_route(version, production)
    make_route(version, staging, "/payments-staging")
    for slug, environments in (("all", ()), ("inside", (staging,)), ("away", (staging,))):
        make_gateway(slug, environments=environments)
    Gateway.objects.exclude(slug="away").update(is_counted=True)
    client.force_login(cast.member)

    page = client.get("/apis/payments/traffic/").content.decode()

    assert "Production by 1, Staging by 2." in page


def test_it_shows_holders_what_an_application_sends(client: Client, cast: Cast, subscription: Subscription):
    client.force_login(cast.administrator)
    url = f"/access/applications/{subscription.application.public_id}/"

    overview, usage = (client.get(address).content.decode() for address in (url, f"{url}usage/"))

    assert "Usage, 24 hours" in overview and "1,311" in overview
    assert "Payments" in usage and "1,311" in usage
