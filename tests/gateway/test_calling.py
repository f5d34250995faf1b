"""What the gateways answer to the catalog's question how a version is called, and what its pages make of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import APIVersion
from catalog.questions import Calling
from gateway.calling import calling_of
from tests.catalog.web.elements import Elements
from tests.factories.accounts import actor_of
from tests.factories.gateway import (
    make_application,
    make_environment,
    make_gateway,
    make_plan,
    make_route,
    make_subscription,
    make_version,
)
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(cast: Cast) -> APIVersion:
    """A version with a route in each of two environments, which one gateway carries, and a plan."""
    version = make_version("orders", owner=cast.other_team.slug, visibility="public")
    for position, slug in enumerate(("production", "staging")):
        make_route(version, make_environment(slug, position), f"/orders-{slug}/v1")
    make_gateway("edge", url="https://gateway.example/")
    make_plan(version, title="Standard", requests_per_second=5, requests_per_hour=2000)
    return version


def test_every_gateway_that_carries_an_environment_is_a_way(cast: Cast, orders: APIVersion):
    make_gateway("inside", url="http://10.0.0.1:8080", environments=(make_environment("staging"),))

    with CaptureQueriesContext(connection) as queries:
        calling = calling_of(actor_of(cast.viewer), orders)

    assert [(way.environment, way.url) for way in calling.ways] == [
        ("production", "https://gateway.example/orders-production/v1"),
        ("staging", "https://gateway.example/orders-staging/v1"),
        ("staging", "http://10.0.0.1:8080/orders-staging/v1"),
    ]
    assert calling.way("staging").url == "https://gateway.example/orders-staging/v1"
    assert calling.way("nowhere").environment == "production"
    assert [(offer.title, offer.limits) for offer in calling.offers] == [("Standard", "5 a second and 2,000 an hour")]
    assert len(queries) == 4  # the memberships of the viewer are one of them


def test_without_a_route_there_is_no_way(cast: Cast):
    assert calling_of(actor_of(cast.viewer), make_version("quiet", owner=cast.team.slug)) == Calling()


def test_a_deprecated_plan_without_keys_lets_in_while_somebody_is_on_it(cast: Cast, orders: APIVersion):
    actor = actor_of(cast.viewer)
    plan = make_plan(orders, title="Open", authentication="keyless", deprecated_at=timezone.now())
    assert not calling_of(actor, orders).way().is_keyless

    make_subscription(orders, plan=plan)

    calling = calling_of(actor, orders)
    assert calling.way().is_keyless
    assert [offer.title for offer in calling.offers] == ["Standard"]


def test_who_is_not_signed_in_is_not_told(cast: Cast, orders: APIVersion):
    page = cast.client("anonymous").get("/apis/orders/").content.decode()

    assert "https://gateway.example/" not in page
    assert "Console" not in page


@pytest.mark.parametrize("path", ["/apis/orders/", "/apis/orders/operations/getPayment/"])
def test_snippets_call_through_the_gateway_of_the_chosen_environment(cast: Cast, orders: APIVersion, path: str):
    id = "call-code-curl" if "operations" in path else "call-curl"
    client = cast.client("viewer")
    production, staging = client.get(path).content, client.get(path, {"environment": "staging"}).content

    shown = Elements(production).text_of(id)
    assert "https://gateway.example/orders-production/v1/payments/" in shown
    assert "X-API-Key: $PORTICO_KEY" in shown
    assert "https://gateway.example/orders-staging/v1/payments/" in Elements(staging).text_of(id)
    assert "5 a second and 2,000 an hour" in production.decode()
    assert "Retry-After" in production.decode()


def test_without_a_key_nothing_is_said_of_one_in_the_snippet(cast: Cast, orders: APIVersion):
    make_plan(orders, title="Open", authentication="keyless", requests_per_minute=60)

    page = cast.client("viewer").get("/apis/orders/").content

    assert "X-API-Key" not in Elements(page).text_of("call-curl")
    assert "without a key" in page.decode()


def test_a_new_key_comes_with_a_call_that_is_answered(cast: Cast, orders: APIVersion):
    make_plan(orders, title="Open", authentication="keyless", requests_per_minute=60)
    access = make_subscription(orders, application=make_application(make_environment("staging"), cast.team))

    answer = cast.client("member").post(reverse("marketplace:key-issue", args=[access.public_id]), {"lifetime": "90"})

    # An operation and not the base URL, where the key works, and with it though calls need none there.
    assert "https://gateway.example/orders-staging/v1/payments/" in answer.context["curl"]
    assert "X-API-Key: $PORTICO_KEY" in answer.context["curl"]
