"""What several processes do with people at the same moment, in transactions of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Role, TeamRole, User
from accounts.throttle import PER_ACCOUNT
from accounts.usecases.create_administrator import create_first_administrator
from accounts.usecases.deactivate_user import deactivate_user
from accounts.usecases.remove_membership import remove_membership
from accounts.usecases.sign_in import sign_in
from common.errors import Conflict, Invalid, Throttled
from tests.factories.accounts import actor_of, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised, all of them started at once with a connection each."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(timeout=10)
        try:
            return act()
        except (Conflict, Invalid, Throttled) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, act) for act in acts]]


def test_it_makes_one_first_administrator():
    outcomes = together(*[lambda: create_first_administrator(timezone.now())] * 4)
    assert sum(outcome is not None for outcome in outcomes) == 1
    assert User.objects.count() == 1


def test_it_keeps_one_of_two_administrators_who_deactivate_each_other():
    first, second = make_user(role=Role.ADMINISTRATOR), make_user(role=Role.ADMINISTRATOR)
    outcomes = together(
        lambda: deactivate_user(actor=actor_of(first), user=second, now=timezone.now()),
        lambda: deactivate_user(actor=actor_of(second), user=first, now=timezone.now()),
    )
    assert outcomes.count(Conflict) == 1
    assert User.objects.filter(is_active=True).count() == 1


def test_it_keeps_one_of_two_maintainers_who_leave():
    people = (make_user(), make_user())
    team = make_team(maintainers=people)
    places = [Membership.objects.select_related("team", "user").get(team=team, user=user) for user in people]
    actors = [actor_of(user) for user in people]
    outcomes = together(
        lambda: remove_membership(actor=actors[0], membership=places[0], now=timezone.now()),
        lambda: remove_membership(actor=actors[1], membership=places[1], now=timezone.now()),
    )
    assert outcomes.count(Conflict) == 1
    assert Membership.objects.filter(team=team, role=TeamRole.MAINTAINER).count() == 1


def test_it_lets_no_more_guesses_through_when_they_come_at_once():
    make_user("jane")
    guess = partial(sign_in, username="jane", password="wrong", address="192.0.2.1", now=timezone.now())
    outcomes = together(*[guess] * (PER_ACCOUNT + 7))
    assert outcomes.count(Invalid) <= PER_ACCOUNT
    assert outcomes.count(Throttled) >= 7
