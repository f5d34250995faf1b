"""On which gateways something is in force."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Lifecycle
from gateway.models import Gateway, Route, RouteProblem
from gateway.queries.in_force import enforcement_of
from marketplace import generations
from marketplace.models import Credential
from marketplace.questions import Enforced, Enforcement, in_force_of
from tests.factories.gateway import (
    hear,
    make_credential,
    make_environment,
    make_gateway,
    make_route,
    make_subscription,
    make_version,
    revoke,
)

pytestmark = pytest.mark.django_db


def of_key(credential: Credential) -> Enforcement:
    subscription = credential.subscription
    row = Enforced(credential.pk, subscription.api_id, subscription.application.environment_id, credential.generation)
    return in_force_of.ask("credential", [row])[credential.pk]


@pytest.fixture
def key() -> Credential:
    """A key of a version that has a route in production."""
    version = make_version("payments")
    make_route(version)
    return make_credential(make_subscription(version))


def states(enforcement: Enforcement) -> list[str]:
    return [word.state for word in enforcement.gateways]


def test_a_route_that_is_left_out_is_not_in_force_though_its_api_was_accepted(key: Credential) -> None:
    gateway, secret = make_gateway("edge")
    hear(secret, "payments")
    route = Route.objects.get()
    RouteProblem.objects.create(gateway=gateway, route=route, problem="Port 8000 is closed.", since=timezone.now())

    row = Enforced(route.pk, route.api_id, route.instance.environment_id, route.generation)
    (word,) = in_force_of.ask("route", [row])[route.pk].gateways
    assert (word.state, word.since, word.note) == ("refused", None, "Port 8000 is closed.")
    (of_the_key,) = of_key(key).gateways
    assert (of_the_key.state, of_the_key.note) == ("in_force", "Port 8000 is closed.")


def test_it_waits_until_the_gateway_acknowledges(key: Credential) -> None:
    _, secret = make_gateway("edge", title="The edge")
    hear(secret)
    assert states(of_key(key)) == ["waiting"]

    moment = timezone.now() - timedelta(minutes=3)
    hear(secret, "payments", at=moment)

    found = of_key(key)
    (word,) = found.gateways
    assert (word.slug, word.title, word.state, word.since) == ("edge", "The edge", "in_force", moment)
    assert (found.count_in_force, found.count, found.since) == (1, 1, moment)
    assert found.is_everywhere


def test_it_counts_the_gateways_that_have_it(key: Credential) -> None:
    _, first = make_gateway("a")
    _, second = make_gateway("b")
    hear(first, "payments")
    hear(second)

    found = of_key(key)

    assert states(found) == ["in_force", "waiting"]
    assert (found.count_in_force, found.count, found.since) == (1, 2, None)


def test_it_says_since_when_the_last_gateway_refuses_a_revoked_key(key: Credential) -> None:
    _, first = make_gateway("a")
    _, second = make_gateway("b")
    long_ago = timezone.now() - timedelta(hours=1)
    hear(first, "payments", at=long_ago)
    hear(second, "payments", at=long_ago)
    revoke(key, timezone.now())
    assert states(of_key(key)) == ["waiting", "waiting"]

    earlier, later = timezone.now() - timedelta(minutes=2), timezone.now() - timedelta(minutes=1)
    hear(first, "payments", at=earlier)
    hear(second, "payments", at=later)

    assert of_key(key).since == later
    assert of_key(key).count_in_force == 2


def test_it_repeats_envoys_words_when_it_refused(key: Credential) -> None:
    _, secret = make_gateway()
    hear(secret, "payments", refusal="the route is not valid")

    (word,) = of_key(key).gateways

    assert (word.state, word.note, word.since) == ("refused", "the route is not valid", None)


def test_it_keeps_what_a_silent_gateway_acknowledged(key: Credential) -> None:
    gateway, secret = make_gateway()
    moment = timezone.now() - timedelta(minutes=5)
    hear(secret, "payments", at=moment)
    Gateway.objects.filter(pk=gateway.pk).update(heard_at=timezone.now() - timedelta(seconds=61))

    found = of_key(key)
    assert (found.gateways[0].state, found.gateways[0].since) == ("out_of_contact", moment)
    assert found.gateways[0].note == "last known"
    assert found.count_in_force == 1

    revoke(key, timezone.now())
    found = of_key(key)
    assert (found.gateways[0].state, found.gateways[0].since) == ("out_of_contact", None)
    assert found.count_in_force == 0


def test_it_says_when_there_is_no_way_to_what_was_subscribed() -> None:
    _, secret = make_gateway()
    first, second = make_version("payments", "1.0.0"), make_version("payments", "2.0.0")
    make_route(second)
    make_route(first, make_environment("staging", 2), "/staging")
    key = make_credential(make_subscription(first))
    hear(secret, "payments")

    assert states(of_key(key)) == ["no_route"]


def test_it_counts_from_when_there_was_a_way() -> None:
    """The key was acknowledged while no route led anywhere; it opens something from the route's moment on."""
    _, secret = make_gateway()
    version = make_version("payments")
    key = make_credential(make_subscription(version))
    early, late = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    hear(secret, "payments", at=early)
    make_route(version)
    assert states(of_key(key)) == ["waiting"]

    hear(secret, "payments", at=late)

    assert of_key(key).since == late


def test_it_does_not_count_anew_when_a_route_is_edited(key: Credential) -> None:
    _, secret = make_gateway()
    moment = timezone.now() - timedelta(hours=1)
    hear(secret, "payments", at=moment)
    route = Route.objects.get()
    route.generation = generations.advance([route.api_id], timezone.now())
    route.save()
    hear(secret, "payments")

    assert of_key(key).since == moment


def test_it_says_that_a_route_of_a_retired_version_is_none() -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    route = make_route(version)
    hear(secret, "payments")
    row = Enforced(route.pk, route.api_id, route.instance.environment_id, route.generation)
    assert states(in_force_of.ask("route", [row])[route.pk]) == ["in_force"]

    version.lifecycle = Lifecycle.RETIRED
    version.save()

    assert states(in_force_of.ask("route", [row])[route.pk]) == ["no_route"]


def test_it_asks_only_gateways_of_the_environment(key: Credential) -> None:
    make_gateway("elsewhere", environments=(make_environment("staging", 2),))
    make_gateway("here", environments=(make_environment(),))

    assert [word.slug for word in of_key(key).gateways] == ["here"]


def test_it_asks_nothing_of_gateways_that_were_never_told() -> None:
    make_gateway()

    assert in_force_of.ask("subscription", [Enforced(7, 1, 1, 0)]) == {7: Enforcement((), 0, 0)}


def test_it_asks_as_often_for_many_as_for_one(key: Credential) -> None:
    make_gateway()
    row = _enforced(key)
    more = [_enforced(make_credential(key.subscription)) for _ in range(3)]

    assert _asked(lambda: enforcement_of("credential", [row, *more], timezone.now())) == _asked(
        lambda: enforcement_of("credential", [row], timezone.now())
    )


def _enforced(key: Credential) -> Enforced:
    subscription = key.subscription
    return Enforced(key.pk, subscription.api_id, subscription.application.environment_id, generations.current())


def _asked(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    assert len(queries) <= 8
    return len(queries)
