"""What waits for a person, and for whom."""

import pytest

from accounts.actor import anonymous
from accounts.models import Scope
from common.access import can
from common.paging import Count
from discovery.models import State
from discovery.permissions import Action
from discovery.queries import attention
from tests.factories.accounts import actor_of, make_token
from tests.factories.discovery import make_discovered, make_source
from tests.personas import Cast


@pytest.fixture
def inbox(cast: Cast) -> Cast:
    """Two new services of a source of the first team, one elsewhere for the first team, and one in each other state."""
    ours, theirs = make_source("ours", owner=cast.team), make_source("theirs", owner=cast.other_team)
    make_discovered(ours)
    make_discovered(ours, proposed_owner=cast.team)
    make_discovered(theirs, proposed_owner=cast.team)
    for state in set(State) - {State.NEW}:
        assert make_discovered(ours, state).state == state
    return cast


@pytest.mark.parametrize(
    ("persona", "number"), [("administrator", 3), ("member", 3), ("maintainer", 3), ("stranger", 1), ("viewer", 0)]
)
def test_it_counts_the_new_services_one_may_decide_about(inbox: Cast, persona: str, number: int):
    actor = actor_of(getattr(inbox, persona))

    assert attention.new_services(actor) == Count(number, True)
    new = attention.DiscoveredService.objects.filter(state=State.NEW)
    assert sum(can(actor, Action.SERVICE_DECIDE, row) for row in new) == number


def test_it_counts_nothing_for_nobody_and_for_tokens_without_the_scope(inbox: Cast):
    _, reading = make_token(team=inbox.team, scopes=(Scope.READ,))
    _, discovering = make_token(team=inbox.team, scopes=(Scope.DISCOVERY,))

    assert attention.new_services(anonymous()) == Count(0, True)
    assert attention.new_services(actor_of(reading)) == Count(0, True)
    assert attention.new_services(actor_of(discovering)) == Count(3, True)


def test_it_stops_counting_at_its_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attention, "NEW_LIMIT", 2)
    source = make_source(owner=cast.team)
    for _ in range(2):
        make_discovered(source, proposed_owner=cast.team)
    assert attention.new_services(actor_of(cast.member)) == Count(2, True)

    make_discovered(source)
    assert attention.new_services(actor_of(cast.member)) == Count(2, False)
    assert attention.new_services(actor_of(cast.administrator)) == Count(2, False)


def test_it_asks_once(inbox: Cast, django_assert_num_queries):
    for persona, queries in (("administrator", 1), ("member", 1), ("viewer", 0)):
        actor = actor_of(getattr(inbox, persona))
        with django_assert_num_queries(queries):
            attention.new_services(actor)


def test_the_menu_says_how_many(inbox: Cast):
    html = inbox.client("member").get("/").content.decode()
    assert '<span class="count">3<span class="visually-hidden"> new services</span></span>' in html
    assert "/discovery/" not in inbox.client("anonymous").get("/").content.decode()
    assert "new services" not in inbox.client("viewer").get("/").content.decode()
