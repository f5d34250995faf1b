"""The console: who may call with what, where the page may connect to, and the key it gets."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import APIVersion
from marketplace.models import Credential, CredentialPurpose, SubscriptionState
from tests.catalog.web.elements import Elements
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
CONSOLE = "/apis/orders/versions/1.0.0/console/"


@pytest.fixture
def orders(cast: Cast) -> APIVersion:
    version = make_version("orders", owner=cast.other_team.slug)
    make_route(version, make_environment("production", 1), "/orders/v1")
    make_gateway("edge", url="https://gateway.example:8443")
    return version


def choices(page: bytes) -> list[tuple[str, str]]:
    """What one may call as: subscription, and where that goes."""
    options = [values for tag, values in Elements(page).tags if tag == "option" and "data-url" in values]
    return [(values["value"], values["data-url"]) for values in options]


def test_one_may_call_as_each_application_of_one_s_own_that_has_access(cast: Cast, orders: APIVersion):
    own = make_subscription(orders, application=make_application(team=cast.team))
    make_subscription(orders, application=make_application(team=cast.team), state=SubscriptionState.SUSPENDED)
    make_subscription(orders, application=make_application(make_environment("staging", 2), cast.team))
    ended = timezone.now() - timedelta(seconds=1)
    make_subscription(orders, application=make_application(team=cast.team), expires_at=ended)
    make_subscription(orders)

    assert choices(cast.client("member").get(CONSOLE).content) == [
        (own.public_id, "https://gateway.example:8443/orders/v1")
    ]
    # The team that owns the API and administrators know of the subscription, and do not hold it.
    assert choices(cast.client("stranger").get(CONSOLE).content) == []
    assert choices(cast.client("administrator").get(CONSOLE).content) == []
    assert "You have no access to this version yet" in cast.client("viewer").get(CONSOLE).content.decode()


def test_without_a_key_anybody_may_call_where_a_plan_says_so(cast: Cast, orders: APIVersion):
    make_plan(orders, authentication="keyless")

    assert choices(cast.client("viewer").get(CONSOLE).content) == [("", "https://gateway.example:8443/orders/v1")]


def test_it_says_that_no_gateway_carries_a_version(cast: Cast):
    make_version("orders", owner=cast.team.slug)

    answer = cast.client("member").get(CONSOLE)

    assert "No gateway carries this version" in answer.content.decode()
    assert "Console</a>" not in cast.client("member").get("/apis/orders/").content.decode()


def test_the_page_may_connect_to_its_gateways_and_nowhere_else(cast: Cast, orders: APIVersion):
    answer = cast.client("member").get(CONSOLE)
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; ") if " " in part)

    assert policy["connect-src"].split() == ["'self'", "https://gateway.example:8443"]
    assert "connect-src" not in cast.client("member").get("/apis/orders/")["Content-Security-Policy"]
    assert CONSOLE in Elements(cast.client("member").get("/apis/orders/").content).links()


def test_a_key_of_ten_minutes_is_given_to_the_page_alone(cast: Cast, orders: APIVersion):
    own = make_subscription(orders, application=make_application(team=cast.team))

    answer = cast.client("member").post(f"{CONSOLE}key/", {"subscription": own.public_id})

    assert (answer.status_code, answer.json()["seconds"]) == (200, 600)
    assert "no-store" in answer["Cache-Control"]
    made = Credential.objects.get(purpose=CredentialPurpose.CONSOLE)
    assert made.subscription == own
    assert answer.json()["key"].endswith(made.last_four)
    assert answer.json()["key"] not in cast.client("member").get(CONSOLE).content.decode()


def test_a_key_is_given_for_nothing_that_does_not_open_the_version(cast: Cast, orders: APIVersion):
    application = make_application(team=cast.team)
    other = make_subscription(make_version("other", owner=cast.team.slug), application=application)
    suspended = make_subscription(orders, application=application, state=SubscriptionState.SUSPENDED)

    for subscription in (other.public_id, suspended.public_id, "", "sub_x"):
        answer = cast.client("member").post(f"{CONSOLE}key/", {"subscription": subscription})
        assert answer.status_code == 404
    assert not Credential.objects.exists()


def test_another_site_cannot_ask_for_one(cast: Cast, orders: APIVersion):
    own = make_subscription(orders, application=make_application(team=cast.team))
    client = cast.client("member", enforce_csrf_checks=True)

    assert client.post(f"{CONSOLE}key/", {"subscription": own.public_id}).status_code == 403
    assert Client().post(f"{CONSOLE}key/", {"subscription": own.public_id}).status_code == 302
    assert not Credential.objects.exists()
