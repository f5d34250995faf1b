"""From the portal's word to Envoy's answer, through real processes."""

import os
import stat
import time
from collections.abc import Iterator

import pytest

from gateway.values import Upstream
from tests.gateway.agent.beside import Gateway, free_port
from tests.gateway.agent.portal import StandInPortal, eventually
from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.upstream import RecordingUpstream


@pytest.fixture(scope="module")
def _portal() -> Iterator[StandInPortal]:
    portal = StandInPortal()
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def _running(_portal: StandInPortal) -> Iterator[Gateway]:
    gateway = Gateway(_portal)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def portal(_portal: StandInPortal) -> Iterator[StandInPortal]:
    """One portal for all tests here, which after each has nothing to say any more."""
    yield _portal
    if not _portal.is_there:
        _portal.start()
    _portal.say(*(configuration(api=name) for name in _portal.apis), shares={})


@pytest.fixture
def running(_running: Gateway) -> Gateway:
    """One gateway for all tests here: none of them ends it."""
    return _running


def test_it_opens_for_a_key_and_closes_when_the_key_is_revoked(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    generation = portal.say(configuration(route(port=upstream.port, clients=(client("first"), client("second")))))
    assert portal.is_accepted("orders", generation)
    assert running.status("/orders/1", "first") == 200
    assert running.status("/orders/1", "wrong") == 401

    generation = portal.say(configuration(route(port=upstream.port, clients=(client("second"),))))

    assert portal.is_accepted("orders", generation)
    assert running.status("/orders/1", "first") == 401
    assert running.status("/orders/1", "second") == 200


def test_it_closes_at_the_second_at_which_a_key_ends(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(configuration(route(port=upstream.port, clients=(client("stays"),))))
    running.comes_to(200, "/orders/1", "stays")
    until = int(time.time()) + 2
    portal.say(configuration(route(port=upstream.port, clients=(client("stays"), client("ends", until=until)))))
    running.comes_to(200, "/orders/1", "ends")
    portal.stop()

    running.comes_to(401, "/orders/1", "ends")

    assert until <= time.time() < until + 5
    assert running.status("/orders/1", "stays") == 200


def test_it_says_how_it_is(portal: StandInPortal, upstream: RecordingUpstream, running: Gateway) -> None:
    generation = portal.say(configuration(route(port=upstream.port)))

    report = eventually(lambda: next((one for one in portal.reports if one.generation == generation), None))

    assert report.is_serving
    assert report.envoy_version == "1.40.0"
    assert report.agent_version


def test_its_socket_and_files_are_for_its_user_alone(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(configuration(route(port=upstream.port))))

    found = [path for path in running.home.rglob("*") if path.name not in {"log", "envoy.json"}]

    assert {path.name for path in found} >= {"agent.sock", "agent.lock", "gateway.json", "orders.json"}
    modes = {stat.S_IMODE(os.lstat(path).st_mode) for path in (running.home, *found)}
    assert modes <= {0o600, 0o700}


def test_a_path_can_go_from_one_api_to_another(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    first = configuration(route("first", port=upstream.port, path="/shop", clients=(client("a"),)), api="first")
    portal.say(first)
    running.comes_to(200, "/shop/1", "a")
    second = configuration(route("second", port=upstream.port, path="/shop", clients=(client("b"),)), api="second")

    generation = portal.say(configuration(api="first"), second)

    assert portal.is_accepted("first", generation)
    assert portal.is_accepted("second", generation)
    assert running.status("/shop/1", "a") == 401
    assert running.status("/shop/1", "b") == 200


def test_an_api_without_routes_leaves_nothing_in_envoy(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(configuration(route(port=upstream.port, clients=(client("key"),))))
    running.comes_to(200, "/orders/1", "key")

    assert portal.is_accepted("orders", portal.say(configuration()))

    assert running.status("/orders/1", "key") == 401
    assert not (running.home / "snapshot/latest/orders.json").exists()


def test_an_upstream_that_moves_loses_no_request(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(configuration(route(port=upstream.port, clients=(client("key"),))))
    running.comes_to(200, "/orders/1", "key")
    there = RecordingUpstream()
    try:
        moved = Upstream(url=f"http://127.0.0.1:{there.port}/v2")
        portal.say(configuration(route(upstream=moved, clients=(client("key"),))))
        statuses = set()
        eventually(lambda: statuses.add(running.status("/orders/1", "key")) or there.arrived)
    finally:
        there.stop()

    assert statuses == {200}


def test_two_envoys_are_told_the_same_and_both_have_to_accept_it(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(configuration(route(port=upstream.port, clients=(client("a"),)))))
    port = free_port()
    other = running.envoy_at(port, "other")
    try:
        eventually(lambda: running.status("/orders/1", "a", port) == 200)

        generation = portal.say(configuration(route(port=upstream.port, clients=(client("b"),))))

        assert portal.is_accepted("orders", generation)
        assert [running.status("/orders/1", "a", one) for one in (running.port, port)] == [401, 401]
        assert [running.status("/orders/1", "b", one) for one in (running.port, port)] == [200, 200]
    finally:
        other.kill()
        other.wait()
    assert portal.is_accepted("orders", portal.say(configuration(route(port=upstream.port))))


def test_many_changes_at_once_all_arrive(portal: StandInPortal, upstream: RecordingUpstream, running: Gateway) -> None:
    first = [configuration(route(f"api{n}", port=upstream.port), api=f"api{n}") for n in range(100)]
    portal.say(*first)
    running.comes_to(401, "/api7/1", "key")
    second = [
        configuration(route(f"api{n}", port=upstream.port, clients=(client("key"),)), api=f"api{n}") for n in range(100)
    ]

    generation = portal.say(*second)

    assert all(portal.is_accepted(f"api{n}", generation) for n in range(100))
    assert running.status("/api99/1", "key") == 200
    eventually(lambda: portal.reports[-1].generation == generation)


def test_a_limit_is_divided_by_the_gateways_of_its_environment(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    limited = configuration(route(port=upstream.port, clients=(client("key", per_hour=4),)))
    assert portal.is_accepted("orders", portal.say(limited, shares={"production": 2}))

    assert [running.status("/orders/1", "key") for _ in range(3)] == [200, 200, 429]
