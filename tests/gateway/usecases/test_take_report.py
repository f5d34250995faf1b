"""What an agent's report changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import anonymous, system_actor
from common.access import Denied
from gateway.models import Gateway, InForce, Receipt, RouteProblem, Subject
from gateway.permissions import Action
from gateway.tokens import KnownGateway
from gateway.usecases.take_report import take_report
from gateway.values import Receipt as Told
from gateway.values import Report
from gateway.values import RouteProblem as Problem
from marketplace import generations
from tests.factories.catalog import ADMINISTRATOR
from tests.factories.gateway import (
    known,
    make_credential,
    make_environment,
    make_gateway,
    make_route,
    make_subscription,
    make_version,
    revoke,
)

pytestmark = pytest.mark.django_db

AGENT = system_actor("gateway edge", Action.GATEWAY_FOLLOW)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def report(gateway: KnownGateway, *receipts: Told, now: datetime = NOW, **said: Any) -> None:
    values = {"agent_version": "1", "envoy_version": "1.40.0", "is_serving": True} | said
    take_report(actor=AGENT, gateway=gateway, report=Report(receipts=receipts, **values), now=now)


def receipt(api: str, generation: int | None = None, at: datetime = NOW, refusal: str = "") -> Told:
    reached = generations.current() if generation is None else generation
    return Told(api=api, generation=reached, at=at.timestamp(), refusal=refusal)


def in_force(subject: Subject, pk: int) -> datetime | None:
    return InForce.objects.filter(subject=subject, object_id=pk).values_list("since", flat=True).first()


def test_it_is_a_sign_of_life() -> None:
    gateway, secret = make_gateway()

    report(known(secret), generation=generations.current())

    gateway.refresh_from_db()
    assert gateway.heard_at == gateway.serving_since == NOW
    assert (gateway.agent_version, gateway.envoy_version) == ("1", "1.40.0")
    assert gateway.generation == generations.current() - 1  # and now it counts, which is a generation of its own


def test_it_keeps_since_when_envoy_serves() -> None:
    gateway, secret = make_gateway()

    report(known(secret))
    report(known(secret), now=NOW + timedelta(seconds=10))
    gateway.refresh_from_db()
    assert gateway.serving_since == NOW

    report(known(secret), is_serving=False)
    gateway.refresh_from_db()
    assert gateway.serving_since is None


def test_it_brings_into_force_what_was_acknowledged() -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    route = make_route(version)
    subscription = make_subscription(version)
    credential = make_credential(subscription)

    report(known(secret), receipt("payments"))

    assert in_force(Subject.ROUTE, route.pk) == NOW
    assert in_force(Subject.SUBSCRIPTION, subscription.pk) == NOW
    assert in_force(Subject.CREDENTIAL, credential.pk) == NOW


def test_it_brings_nothing_else_into_force() -> None:
    _, secret = make_gateway(environments=(make_environment(),))
    version, other = make_version("payments"), make_version("loans")
    route = make_route(version)
    seen = generations.current()
    later = make_credential(make_subscription(version))
    elsewhere = make_credential(make_subscription(version, make_environment("staging", 2)))
    of_other = make_credential(make_subscription(other))

    report(known(secret), receipt("payments", seen))
    assert in_force(Subject.ROUTE, route.pk) == NOW
    assert InForce.objects.count() == 1

    report(known(secret), receipt("payments"))
    assert in_force(Subject.CREDENTIAL, later.pk) == NOW
    assert in_force(Subject.CREDENTIAL, elsewhere.pk) is None
    assert in_force(Subject.CREDENTIAL, of_other.pk) is None


def test_it_gives_each_change_the_moment_of_its_receipt() -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    route = make_route(version)
    first = generations.current()
    credential = make_credential(make_subscription(version))
    second = generations.current()
    earlier = NOW - timedelta(minutes=5)

    report(known(secret), receipt("payments", second), receipt("payments", first, earlier))

    assert in_force(Subject.ROUTE, route.pk) == earlier
    assert in_force(Subject.CREDENTIAL, credential.pk) == NOW


def test_it_says_anew_since_when_a_revoked_key_is_refused() -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    subscription = make_subscription(version)
    credential = make_credential(subscription)
    report(known(secret), receipt("payments"))
    later = NOW + timedelta(hours=1)

    revoke(credential, later)
    assert in_force(Subject.CREDENTIAL, credential.pk) == NOW
    report(known(secret), receipt("payments", at=later), now=later)

    assert in_force(Subject.CREDENTIAL, credential.pk) == later
    assert in_force(Subject.SUBSCRIPTION, subscription.pk) == NOW


def test_it_does_not_move_back_with_an_old_receipt() -> None:
    gateway, secret = make_gateway()
    version = make_version("payments")
    route = make_route(version)
    old = generations.current()
    make_subscription(version)
    report(known(secret), receipt("payments"), generation=generations.current())
    reached = Gateway.objects.get(pk=gateway.pk).generation

    later = NOW + timedelta(minutes=1)
    report(known(secret), receipt("payments", old, later), now=later, generation=old)
    report(known(secret), receipt("payments", old, later, "old news"), now=later)

    assert in_force(Subject.ROUTE, route.pk) == NOW
    kept = Receipt.objects.get()
    assert kept.generation == reached
    assert kept.refusal == ""
    assert Gateway.objects.get(pk=gateway.pk).generation == reached


def test_it_keeps_a_refusal_in_envoys_words_until_something_newer_is_accepted() -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    route = make_route(version)
    accepted = generations.current()
    make_subscription(version)
    report(known(secret), receipt("payments", accepted))

    report(known(secret), receipt("payments", refusal="no such thing"))
    kept = Receipt.objects.get()
    assert (kept.generation, kept.refused_generation) == (accepted, accepted + 2)
    assert (kept.refusal, kept.refused_at) == ("no such thing", NOW)
    assert in_force(Subject.ROUTE, route.pk) == NOW

    make_subscription(version)
    report(known(secret), receipt("payments"))
    kept.refresh_from_db()
    assert (kept.refused_generation, kept.refusal, kept.refused_at) == (0, "", None)


def test_it_does_not_believe_in_the_future() -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    route = make_route(version)
    reached = generations.current()

    report(known(secret), receipt("payments", reached + 10), generation=2**80)
    assert not InForce.objects.exists()

    report(known(secret), receipt("payments", reached, NOW + timedelta(days=400)))
    assert in_force(Subject.ROUTE, route.pk) == NOW


@pytest.mark.parametrize("at", [-1e300, 1e300, 0.0])
def test_it_bears_clocks_that_are_wrong(at: float) -> None:
    _, secret = make_gateway()
    route = make_route(make_version("payments"))

    report(known(secret), Told(api="payments", generation=generations.current(), at=at))

    since = in_force(Subject.ROUTE, route.pk)
    assert since is not None and NOW - timedelta(days=30) <= since <= NOW


def test_it_bears_names_and_words_that_cannot_be_stored() -> None:
    gateway, secret = make_gateway()
    make_route(make_version("payments"))

    report(
        known(secret),
        receipt("pay\x00ments"),
        receipt("unknown"),
        receipt("payments", refusal="\x00" + "x" * 10_000),
        agent_version="\x00" + "v" * 100,
        problems=(Problem(route="\x00", problem="\x00"),),
    )

    assert Receipt.objects.get().refusal == "x" * 2000
    assert Gateway.objects.get(pk=gateway.pk).agent_version == "v" * 50


def test_it_replaces_the_problems_of_routes() -> None:
    gateway, secret = make_gateway()
    version = make_version()
    first, second = make_route(version), make_route(version, path="/second")
    later = NOW + timedelta(minutes=1)

    report(known(secret), problems=(_problem(first, "away"), _problem(second, "away")))
    report(known(secret), now=later, problems=(_problem(second, "away"), Problem(route="rte_x", problem="?")))
    (problem,) = RouteProblem.objects.filter(gateway=gateway)
    assert (problem.route_id, problem.problem, problem.since) == (second.pk, "away", NOW)

    report(known(secret), now=later, problems=(_problem(second, "refused"),))
    problem.refresh_from_db()
    assert (problem.problem, problem.since) == ("refused", later)


def test_it_takes_no_problems_of_routes_that_the_gateway_does_not_carry() -> None:
    gateway, secret = make_gateway(environments=(make_environment("staging", 2),))

    report(known(secret), problems=(_problem(make_route(make_version()), "not mine"),))

    assert not RouteProblem.objects.filter(gateway=gateway).exists()


def _problem(route: Any, text: str) -> Problem:
    return Problem(route=route.public_id, problem=text)


def test_it_tells_everybody_when_a_gateway_comes_and_goes() -> None:
    gateway, secret = make_gateway()
    before = generations.current()

    report(known(secret))
    assert generations.current() == before + 1
    report(known(secret), now=timezone.now())
    assert generations.current() == before + 1
    report(known(secret), is_serving=False)
    assert generations.current() == before + 2
    assert not Gateway.objects.get(pk=gateway.pk).is_counted


@pytest.mark.parametrize("actor", [anonymous(), ADMINISTRATOR], ids=["nobody", "administrator"])
def test_it_is_for_agents_only(actor: Any) -> None:
    _, secret = make_gateway()

    with pytest.raises(Exception) as refused:
        take_report(actor=actor, gateway=known(secret), report=Report(agent_version="1"), now=NOW)

    assert refused.value.status in (401, 403)
    assert isinstance(refused.value, Denied) or actor.kind == "anonymous"
