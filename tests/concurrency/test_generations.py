"""How changes reach the agents of gateways, in transactions and connections of their own."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from gateway.feed.waiting import Wakeups, wakeups
from gateway.models import Gateway
from gateway.rest.views import agent
from gateway.values import Changes
from marketplace import generations
from marketplace.models import Credential
from tests.factories.gateway import (
    make_credential,
    make_gateway,
    make_route,
    make_subscription,
    make_version,
    revoke,
)

pytestmark = pytest.mark.django_db(transaction=True)

# What a busy machine may take; nothing here waits that long when it works.
_PATIENCE = 30


@pytest.fixture(autouse=True)
def _no_listener_stays() -> Iterator[None]:
    yield
    wakeups.stop()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


def apart(act: Callable[[], object]) -> object:
    """What the act returns, run with a connection of its own."""
    try:
        return act()
    finally:
        connection.close()


def ask(secret: str, since: int, wait: int = _PATIENCE) -> Future:
    client = Client(headers={"authorization": f"Bearer {secret}"})
    return apart(lambda: client.get(f"/api/v1/gateway-agent/changes?since={since}&wait={wait}"))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_listening() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return wakeups.is_ready and cursor.fetchone()[0] == 1


def test_it_wakes_an_agent_when_a_key_is_revoked(pool: ThreadPoolExecutor) -> None:
    _, secret = make_gateway()
    version = make_version("payments")
    make_route(version)
    credential = make_credential(make_subscription(version))
    since = generations.current()

    waiting = pool.submit(ask, secret, since)
    # One connection besides this one: the listener's. Who waits holds none.
    until(is_listening)
    assert not waiting.done()
    began = time.monotonic()
    revoke(credential, timezone.now())
    answer = waiting.result(timeout=_PATIENCE)

    assert time.monotonic() - began < _PATIENCE / 2
    changes = msgspec.json.decode(answer.content, type=Changes)
    assert changes.generation == since + 1
    assert changes.apis[0].routes[0].clients == ()


def test_it_wakes_an_agent_when_the_gateways_settings_change(pool: ThreadPoolExecutor) -> None:
    gateway, secret = make_gateway()
    since = generations.current()

    waiting = pool.submit(ask, secret, since)
    until(is_listening)
    Gateway.objects.filter(pk=gateway.pk).update(networks=["10.0.0.0/8"])
    generations.advance([], timezone.now())

    changes = msgspec.json.decode(waiting.result(timeout=_PATIENCE).content, type=Changes)
    assert changes.policy.networks == ("10.0.0.0/8",)
    assert changes.apis == ()


def test_it_refuses_a_token_that_is_replaced_while_its_agent_waits(pool: ThreadPoolExecutor) -> None:
    gateway, secret = make_gateway()

    waiting = pool.submit(ask, secret, generations.current())
    until(is_listening)
    Gateway.objects.filter(pk=gateway.pk).update(token_digest="0" * 64)
    generations.advance([], timezone.now())

    assert waiting.result(timeout=_PATIENCE).status_code == 401


def test_it_answers_at_once_when_every_place_is_taken(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = make_gateway()
    none_left = Wakeups(0)
    monkeypatch.setattr(agent, "wakeups", none_left)

    answer = pool.submit(ask, secret, generations.current()).result(timeout=_PATIENCE)

    assert answer.status_code == 204
    assert answer["Retry-After"] == "1"


def test_it_hears_again_after_the_listener_lost_the_database(pool: ThreadPoolExecutor) -> None:
    _, secret = make_gateway()
    since = generations.current()
    waiting = pool.submit(ask, secret, since)
    until(is_listening)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    generations.advance([], timezone.now())

    answer = waiting.result(timeout=_PATIENCE)
    assert msgspec.json.decode(answer.content, type=Changes).generation == since + 1


def test_it_commits_generations_in_their_order(pool: ThreadPoolExecutor) -> None:
    first_has_number, let_go = threading.Event(), threading.Event()

    def first() -> int:
        with transaction.atomic():
            number = generations.advance([], timezone.now())
            first_has_number.set()
            let_go.wait(_PATIENCE)
        return number

    def second() -> tuple[int, int]:
        first_has_number.wait(_PATIENCE)
        number = generations.advance([], timezone.now())
        return number, generations.current()

    slow, quick = pool.submit(apart, first), pool.submit(apart, second)
    first_has_number.wait(_PATIENCE)
    until(_is_somebody_waiting_for_a_lock)
    assert generations.current() == 0
    let_go.set()

    assert slow.result(timeout=_PATIENCE) == 1
    assert quick.result(timeout=_PATIENCE) == (2, 2)


def _is_somebody_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_it_never_tells_a_generation_without_its_change(pool: ThreadPoolExecutor) -> None:
    """Many changes, and an agent that asks all the time: at the end it has each of them."""
    _, secret = make_gateway()
    version = make_version("payments")
    make_route(version)
    subscription = make_subscription(version)
    since, seen = 0, set()
    client = Client(headers={"authorization": f"Bearer {secret}"})

    writers = [pool.submit(apart, lambda: [make_credential(subscription).digest for _ in range(10)]) for _ in range(3)]
    while True:
        is_over = all(writer.done() for writer in writers)
        answer = client.get(f"/api/v1/gateway-agent/changes?since={since}")
        if answer.status_code == 200:
            changes = msgspec.json.decode(answer.content, type=Changes)
            since = changes.generation
            seen = {one.digest for one in changes.apis[0].routes[0].clients} if changes.apis else seen
        if is_over and answer.status_code == 204:
            break

    assert seen == set(Credential.objects.values_list("digest", flat=True))
    assert len(seen) == 30
