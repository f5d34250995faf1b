"""What a gateway hears of routes, keys and plans."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Lifecycle
from gateway.feed.building import changes_for
from gateway.values import APIConfiguration, Changes, Limits, Route
from marketplace import generations
from marketplace.models import Authentication, Plan, SubscriptionState
from tests.factories.gateway import (
    known,
    make_credential,
    make_environment,
    make_gateway,
    make_plan,
    make_route,
    make_subscription,
    make_version,
    revoke,
)

pytestmark = pytest.mark.django_db


def whole(secret: str) -> Changes:
    changes = changes_for(known(secret), 0, timezone.now())
    assert changes is not None and changes.is_whole
    return changes


def only_api(changes: Changes) -> APIConfiguration:
    (found,) = changes.apis
    return found


def only_route(changes: Changes) -> Route:
    (found,) = only_api(changes).routes
    return found


def test_it_says_everything_to_who_has_nothing() -> None:
    _, secret = make_gateway(networks=["10.0.0.0/8"], closed_ports=[8000])
    version = make_version()
    route = make_route(version, upstream="https://upstream.example.com/v1", outlier_errors=3, retries=2)
    credential = make_credential(make_subscription(version))

    changes = whole(secret)

    assert changes.generation == generations.current()
    assert changes.policy.networks == ("10.0.0.0/8",)
    assert changes.policy.closed_ports == (8000,)
    assert changes.shares == {"production": 1}
    assert changes.origins == ("http://127.0.0.1:8000",)
    told = only_route(changes)
    assert (told.id, told.path, told.environment) == (route.public_id, route.path, "production")
    assert told.upstream.url == "https://upstream.example.com/v1"
    assert told.upstream.outliers is not None and told.upstream.outliers.consecutive_errors == 3
    assert told.retries.count == 2
    (client,) = told.clients
    assert client.digest == credential.digest
    assert client.credential == credential.public_id
    assert client.limits == Limits(per_minute=60)
    assert client.until == 0


def test_it_says_nothing_to_who_has_it_all() -> None:
    _, secret = make_gateway()
    make_route(make_version())

    assert changes_for(known(secret), generations.current(), timezone.now()) is None


def test_it_says_only_what_changed_since() -> None:
    _, secret = make_gateway()
    make_route(make_version("first"))
    seen = generations.current()
    second = make_version("second")
    make_route(second)

    changes = changes_for(known(secret), seen, timezone.now())

    assert changes is not None and not changes.is_whole
    assert only_api(changes).api == "second"
    assert only_api(changes).generation == generations.current()


def test_it_says_everything_after_a_restored_backup() -> None:
    _, secret = make_gateway()
    make_route(make_version())

    changes = changes_for(known(secret), generations.current() + 5, timezone.now())

    assert changes is not None and changes.is_whole


def test_it_says_that_nothing_is_to_be_done_for_an_api_any_more() -> None:
    _, secret = make_gateway()
    route = make_route(make_version())
    seen = generations.current()
    route.delete()
    generations.advance([route.api_id], timezone.now())

    changes = changes_for(known(secret), seen, timezone.now())

    assert changes is not None
    assert only_api(changes).routes == ()
    assert whole(secret).apis == ()


def test_it_leaves_out_other_environments() -> None:
    production, staging = make_environment(), make_environment("staging", 2)
    _, secret = make_gateway(environments=(production,))
    make_gateway(environments=(staging,), is_counted=True)
    version = make_version()
    make_route(version, staging, "/elsewhere")
    route = make_route(version, production)
    make_credential(make_subscription(version, staging))
    credential = make_credential(make_subscription(version, production))

    changes = whole(secret)

    assert changes.shares == {"production": 1}
    assert only_route(changes).id == route.public_id
    assert [client.digest for client in only_route(changes).clients] == [credential.digest]


def test_it_divides_limits_among_the_gateways_that_are_connected() -> None:
    _, secret = make_gateway()
    make_gateway(is_counted=True)
    make_gateway(is_counted=False)
    make_environment()

    assert whole(secret).shares == {"production": 2}


def test_it_opens_later_compatible_versions() -> None:
    _, secret = make_gateway()
    first = make_version("payments", "1.0.0")
    later = make_version("payments", "1.2.0")
    other = make_version("payments", "2.0.0")
    credential = make_credential(make_subscription(first))
    for version, path in ((first, "/payments/v1"), (later, "/payments/v12"), (other, "/payments/v2")):
        make_route(version, path=path)

    routes = {route.path: route for route in only_api(whole(secret)).routes}

    assert [client.digest for client in routes["/payments/v1"].clients] == [credential.digest]
    assert [client.digest for client in routes["/payments/v12"].clients] == [credential.digest]
    assert routes["/payments/v2"].clients == ()


def test_it_does_not_serve_retired_versions() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    version.lifecycle = Lifecycle.RETIRED
    version.save()

    assert whole(secret).apis == ()


@pytest.mark.parametrize(
    "state",
    [SubscriptionState.PENDING, SubscriptionState.REJECTED, SubscriptionState.REVOKED, SubscriptionState.EXPIRED],
)
def test_it_opens_for_approved_subscriptions_only(state: SubscriptionState) -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    make_credential(make_subscription(version, state=state))

    route = only_route(whole(secret))

    assert route.clients == ()
    assert route.suspended == ()


def test_it_names_the_keys_of_suspended_subscriptions() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    credential = make_credential(make_subscription(version, state=SubscriptionState.SUSPENDED))

    route = only_route(whole(secret))

    assert route.clients == ()
    assert route.suspended == (credential.digest,)


def test_it_leaves_out_keys_that_have_ended() -> None:
    _, secret = make_gateway()
    version, now = make_version(), timezone.now()
    make_route(version)
    subscription = make_subscription(version)
    make_credential(subscription, expires_at=now - timedelta(seconds=1))
    revoke(make_credential(subscription), now)

    assert only_route(whole(secret)).clients == ()


def test_it_says_to_the_second_when_a_key_ends() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    ends = (timezone.now() + timedelta(days=2)).replace(microsecond=900_000)
    make_credential(make_subscription(version, expires_at=ends), expires_at=ends + timedelta(days=1))

    (client,) = only_route(whole(secret)).clients

    assert client.until == int(ends.timestamp())


def test_it_lets_those_without_a_key_do_what_the_first_keyless_plan_says() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    make_plan(version, authentication=Authentication.KEYLESS, requests_per_second=90, position=2)
    make_plan(version, authentication=Authentication.KEYLESS, requests_per_second=5, position=1)
    make_plan(version, authentication=Authentication.KEYLESS, position=0, deprecated_at=timezone.now())

    assert only_route(whole(secret)).anonymous == Limits(per_second=5)


def test_it_keeps_a_deprecated_keyless_plan_open_while_an_application_is_on_it() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    plan = make_plan(
        version, authentication=Authentication.KEYLESS, requests_per_hour=7, deprecated_at=timezone.now(), position=0
    )
    subscription = make_subscription(version, plan=plan)
    assert only_route(whole(secret)).anonymous == Limits(per_hour=7)

    make_plan(version, authentication=Authentication.KEYLESS, requests_per_hour=9, position=1)
    assert only_route(whole(secret)).anonymous == Limits(per_hour=9)

    Plan.objects.exclude(pk=plan.pk).delete()
    subscription.state = "revoked"
    subscription.save()
    assert only_route(whole(secret)).anonymous is None


def test_it_lets_nobody_in_without_a_key_when_no_plan_says_so() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    make_plan(version)

    assert only_route(whole(secret)).anonymous is None


def test_it_asks_as_often_for_many_as_for_one() -> None:
    _, secret = make_gateway()
    gateway, now = known(secret), timezone.now()

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            changes_for(gateway, 0, now)
        return len(queries)

    _one_more(now)
    before = asked()
    _one_more(now)
    _one_more(now)
    assert asked() == before <= 6


def _one_more(_now: datetime) -> None:
    version = make_version()
    make_route(version)
    make_credential(make_subscription(version))
