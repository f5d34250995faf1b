"""Which addresses are proposed as instances."""

import pytest

from discovery.connectors.base import Endpoint, ExposureLevel
from discovery.instances import Instance, Reached, proposed

INTERNET = Endpoint("api.bank.example", tls=True, by="Ingress a")
MESH = Endpoint("pay.internal.example", by="VirtualService a", scope="mesh")
INSIDE = Endpoint("pay.cards.svc.cluster.local", by="Service a", scope="inside")


def reached(endpoint: Endpoint, *, environment: str = "production", is_present: bool = True) -> Reached:
    position = 1 if environment == "production" else 2
    return Reached(position, environment, environment.title(), "prod-eu", endpoint, is_present)


def instance(endpoint: Endpoint, by: str | None = None) -> Instance:
    return Instance(1, "production", "Production", endpoint.url, by)


def told(*found: Reached, instances: tuple[Instance, ...] = ()) -> list[tuple[str, str, str]]:
    return [(one.environment, one.url, one.state) for one in proposed(found, instances)]


@pytest.mark.parametrize(
    ("seen", "scope"),
    [((INSIDE, MESH, INTERNET), "internet"), ((INSIDE, MESH), "mesh"), ((INSIDE,), "inside")],
)
def test_only_the_most_open_addresses_of_an_environment_are_proposed(seen: tuple[Endpoint, ...], scope: ExposureLevel):
    found = proposed([reached(one) for one in seen], ())
    assert [(one.scope, one.state) for one in found] == [(scope, "new")]


def test_each_environment_is_judged_by_itself_and_production_comes_first():
    assert told(reached(INSIDE, environment="staging"), reached(INTERNET), reached(INTERNET)) == [
        ("production", INTERNET.url, "new"),
        ("staging", INSIDE.url, "new"),
    ]


def test_an_instance_is_there_whatever_its_scope():
    assert told(reached(INTERNET), reached(INSIDE), instances=(instance(INSIDE),)) == [
        ("production", INTERNET.url, "new"),
        ("production", INSIDE.url, "there"),
    ]


@pytest.mark.parametrize(
    ("by", "seen", "state"),
    [
        ("Ingress a", (), "gone"),
        (None, (), ""),
        (None, (reached(INTERNET, is_present=False),), "gone"),
        ("Ingress a", (reached(INTERNET, is_present=False), reached(INTERNET)), "there"),
    ],
)
def test_only_what_was_seen_can_be_gone(by: str | None, seen: tuple[Reached, ...], state: str):
    found = told(*seen, instances=(instance(INTERNET, by),))
    assert found == ([("production", INTERNET.url, state)] if state else [])


def test_what_is_absent_is_not_proposed():
    assert told(reached(INTERNET, is_present=False)) == []
