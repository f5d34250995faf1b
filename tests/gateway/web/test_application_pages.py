"""What the page of an application says of calling."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gateway.models import Route
from gateway.usecases.take_usage import take_usage
from gateway.values import Requests, Usage
from gateway.web.application_pages import how_to_call
from marketplace.models import Application, SubscriptionState
from marketplace.web.application_page import ApplicationPage
from tests.factories.accounts import actor_of
from tests.factories.gateway import (
    AGENT,
    known,
    make_application,
    make_credential,
    make_environment,
    make_gateway,
    make_route,
    make_subscription,
    make_version,
)
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers(cast: Cast) -> Application:
    """An application in production that opens version 1 of an API, and what it does not open."""
    application = make_application(make_environment("production", 1), cast.team)
    opened = make_version("orders", "1.0.0", owner=cast.other_team.slug)
    newer = make_version("orders", "2.0.0", owner=cast.other_team.slug)
    suspended = make_version("stock", owner=cast.other_team.slug)
    make_route(opened, path="/orders/v1")
    make_route(newer, path="/orders/v2")
    make_route(opened, make_environment("staging", 2), "/orders-staging/v1")
    make_route(suspended, path="/stock/v1")
    make_subscription(opened, application=application)
    make_subscription(suspended, application=application, state=SubscriptionState.SUSPENDED)
    return application


def test_it_says_where_what_it_has_access_to_is_called(cast: Cast, offers: Application):
    answer = cast.client("member").get(f"/access/applications/{offers.public_id}/").content.decode()

    assert "How to call" in answer
    assert "https://gateway.example.com/orders/v1" in answer
    assert "/apis/orders/versions/1.0.0/console/" in answer
    for other in ("/orders/v2", "/orders-staging/v1", "/stock/v1"):
        assert f"https://gateway.example.com{other}" not in answer


def test_who_only_owns_an_api_is_not_told(cast: Cast, offers: Application):
    assert how_to_call(ApplicationPage(actor_of(cast.stranger), offers)) == []


def test_it_costs_two_queries(cast: Cast, offers: Application):
    page = ApplicationPage(actor_of(cast.member), offers)

    with CaptureQueriesContext(connection) as queries:
        (part,) = how_to_call(page)

    assert [door.url for door in part.context["doors"]] == ["https://gateway.example.com/orders/v1"]
    assert len(queries) == 2


def test_it_says_what_was_sent_lately(cast: Cast, offers: Application):
    opened, _suspended = offers.subscriptions.order_by("pk")
    older, newer = make_credential(opened), make_credential(opened)
    route, gateway = Route.objects.get(path="/orders/v1"), known(make_gateway()[1])
    minute = int((timezone.now() - timedelta(minutes=20)).timestamp()) // 60 * 60
    told = {"route": route.public_id, "subscription": opened.public_id, "status": 200}
    lines = (
        Requests(minute=minute, credential=older.public_id, count=30_000, **told),
        Requests(minute=minute, credential=newer.public_id, count=10_000, **told),
        Requests(minute=minute - 7_200, credential=newer.public_id, count=1, **told),
        Requests(minute=minute - 8 * 86_400, credential=newer.public_id, count=9, **told),
    )
    take_usage(actor=AGENT, gateway=gateway, usage=Usage(batch="one", requests=lines, latencies=()), now=timezone.now())
    path = f"/access/applications/{offers.public_id}/"

    page = cast.client("member").get(path).content.decode()

    assert "carried 75 % of the traffic in the last hour" in page
    assert page.count("requests in the last seven days") == 1
    assert "40 k requests, 7 days" in page.replace("\u202f", " ")
    # Who owns one of the APIs sees what concerns that, and not what the application sends.
    assert "requests, 7 days" not in cast.client("stranger").get(path).content.decode()
