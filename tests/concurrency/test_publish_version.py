"""Pipelines that publish at the same instant, each in its own thread and transaction."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEvent
from catalog.models import API, APIVersion, Definition, Operation, Specification, Tag
from common.access import Denied
from common.errors import Conflict
from tests.factories.accounts import actor_of, make_team, make_token
from tests.factories.catalog import openapi, publish

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls together; each gives its result or what it raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        except (Conflict, Denied) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_pipelines_with_the_same_bytes_one_creates_the_version() -> None:
    make_team("payments")
    results = at_once([lambda: publish("payments", owner="payments")] * 4)

    assert Counter(result.status for result in results) == {"created": 1, "unchanged": 3}
    assert (API.objects.count(), APIVersion.objects.count(), Operation.objects.count()) == (1, 1, 1)
    assert AuditEvent.objects.filter(action="catalog.version.published").count() == 1


def test_of_two_pipelines_with_other_bytes_one_is_told_of_the_other() -> None:
    make_team("payments")
    results = at_once(
        [
            lambda title=title: publish("payments", owner="payments", document=openapi(title=title))
            for title in ("One", "Two")
        ]
    )

    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert APIVersion.objects.count() == 1


def test_two_teams_cannot_both_take_a_name() -> None:
    teams = [make_team("payments"), make_team("lending")]
    actors = [actor_of(make_token(team=team)[1]) for team in teams]
    results = at_once([lambda actor=actor: publish("common", actor=actor) for actor in actors])

    assert sum(isinstance(result, Denied) for result in results) == 1
    assert API.objects.count() == 1


def test_apis_with_the_same_bytes_and_tags_do_not_stop_each_other() -> None:
    make_team("payments")
    tags = ["a", "b", "c", "d"]
    results = at_once(
        [
            lambda number=number: publish(f"api-{number}", owner="payments", tags=tags[number:] + tags[:number])
            for number in range(4)
        ]
    )

    assert [result.status for result in results] == ["created"] * 4
    assert (Specification.objects.count(), Definition.objects.count(), Tag.objects.count()) == (1, 1, 4)
    assert Operation.objects.count() == 4
