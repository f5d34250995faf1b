"""What the inbox lists, counts and narrows down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor, anonymous
from accounts.models import Membership, Team, TeamRole
from catalog.models import Visibility
from common.errors import Invalid, NotFound
from discovery.models import Source, Tombstone
from discovery.queries.inbox import (
    discovered_detail,
    filtered,
    inbox_page,
    unowned_discovered,
    unowned_services,
)
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_domain, make_environment, make_service
from tests.factories.discovery import ADMINISTRATOR, make_discovered, make_exposed, make_source

pytestmark = pytest.mark.django_db


def names(query: str = "", actor: Actor = ADMINISTRATOR) -> list[str]:
    return sorted(row.name for row in filtered(actor, QueryDict(query)))


@pytest.fixture
def shop() -> Source:
    """A source with a bit of everything."""
    cards, web = make_team("cards"), make_team("web")
    shop = make_source("shop", owner=make_team("platform"))
    ledger = make_service("ledger", owner=cards)
    make_discovered(
        shop, seen=make_exposed("cart", namespace="shop"), proposed_owner=web, specification_outcome="found"
    )
    make_discovered(shop, "ignored", name="checkout", namespace="pay")
    make_discovered(shop, "published", name="ledger-eu", namespace="shop", service=ledger, proposed_owner=web)
    make_discovered(make_source("office", environment=make_environment("staging")), name="Printer", namespace="shop")
    return shop


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Printer", "cart", "checkout", "ledger-eu"]),
        ("source=shop", ["cart", "checkout", "ledger-eu"]),
        ("source=nowhere", []),
        ("environment=staging", ["Printer"]),
        ("namespace=pay", ["checkout"]),
        ("name=cart", ["cart"]),
        ("state=published", ["ledger-eu"]),
        ("exposure=internet", ["cart"]),
        ("service=ledger", ["ledger-eu"]),
        ("owner=web", ["cart"]),
        ("owner=cards", ["ledger-eu"]),
        ("owner=none", ["Printer", "checkout"]),
        ("owner=nowhere", []),
        ("specification=found", ["cart"]),
        ("specification=none", ["Printer", "checkout", "ledger-eu"]),
        ("search=EDGER", ["ledger-eu"]),
        ("search=pay", ["checkout"]),
        ("search=c", ["cart", "checkout"]),
        ("search=_%25", []),
        ("source=shop&state=new&search=cart", ["cart"]),
    ],
)
def test_it_narrows(shop: Source, query: str, found: list[str]):
    assert names(query) == found


@pytest.mark.parametrize("query", ["state=lost", "exposure=moon", "specification=maybe", "search=" + "x" * 201])
def test_it_refuses_by_parameter(query: str):
    with pytest.raises(Invalid) as caught:
        names(query)
    assert list(caught.value.fields) == [query.partition("=")[0]]


def test_everybody_sees_what_concerns_them(shop: Source):
    def sees(*teams: str) -> list[str]:
        person = make_user()
        for slug in teams:
            Membership.objects.create(team=Team.objects.get(slug=slug), user=person, role=TeamRole.MEMBER)
        return names(actor=actor_of(person))

    assert sees() == []
    assert sees("web") == ["cart", "ledger-eu"]
    assert sees("cards") == ["ledger-eu"]
    assert sees("platform") == ["cart", "checkout", "ledger-eu"]
    assert names(actor=anonymous()) == []


def test_a_filter_does_not_tell_whose_a_private_service_is():
    """Who sees a row may not know of the service it is, and asks for each team, domain and slug in turn."""
    caretaker, owner = make_user(), make_user()
    platform, cards = make_team("platform", members=(caretaker,)), make_team("cards", members=(owner,))
    make_domain("money")
    hidden = make_service("vault", owner=cards, domain="money", visibility=Visibility.PRIVATE)
    make_discovered(make_source("shop", owner=platform), "published", name="vault-7", service=hidden)

    told = {query: names(query, actor_of(caretaker)) for query in ("", "owner=cards", "domain=money", "service=vault")}
    assert told == {"": ["vault-7"], "owner=cards": [], "domain=money": [], "service=vault": []}
    assert names("owner=none", actor_of(caretaker)) == names("domain=none", actor_of(caretaker)) == ["vault-7"]
    for query in ("owner=cards", "domain=money", "service=vault"):
        assert names(query, actor_of(owner)) == names(query) == ["vault-7"]
    assert names("owner=none", actor_of(owner)) == []


def test_last_seen_is_its_own_or_the_last_run_that_looked():
    now = timezone.now()
    source = make_source(seen_at=now)
    make_discovered(source, name="here")
    make_discovered(source, "missing", name="gone", last_seen_at=now - timedelta(days=1))
    seen = {row.name: row.last_seen for row in inbox_page(ADMINISTRATOR, {}).items}
    assert seen == {"here": now, "gone": now - timedelta(days=1)}


def test_it_pages_by_key_newest_first_or_by_name():
    source = make_source()
    for name in ("b", "a", "c"):
        make_discovered(source, name=name)
    first = inbox_page(ADMINISTRATOR, {}, limit=2)
    assert [row.name for row in first.items] == ["c", "a"]
    assert [row.name for row in inbox_page(ADMINISTRATOR, {"cursor": first.next}, limit=2).items] == ["b"]
    assert [row.name for row in inbox_page(ADMINISTRATOR, {}, ordering="name").items] == ["a", "b", "c"]
    with pytest.raises(Invalid):
        inbox_page(ADMINISTRATOR, {}, ordering="colour")


def test_a_page_is_two_queries_with_all_that_a_row_shows(shop: Source):
    with CaptureQueriesContext(connection) as queries:
        for row in inbox_page(ADMINISTRATOR, {}).items:
            shown = (row.source.name, row.service and row.service.slug, row.workloads, row.last_seen, row.reasons)
            assert shown[0]
    assert len(queries) == 2


def test_one_service_comes_with_what_was_decided(shop: Source):
    row = shop.discovered_services.get(name="checkout")
    for day in (1, 2):
        Tombstone.objects.create(
            discovered=row, verdict="ignored", decided_by="Ada", decided_at=timezone.now() - timedelta(days=day)
        )
    with CaptureQueriesContext(connection) as queries:
        found = discovered_detail(ADMINISTRATOR, row.pk)
        decisions = list(found.tombstones.all())
    assert len(queries) == 2
    assert decisions[0].decided_at > decisions[1].decided_at
    with pytest.raises(NotFound):
        discovered_detail(actor_of(make_user()), row.pk)


def test_it_lists_what_nobody_answers_for(shop: Source):
    orphan = make_service("orphan")
    type(orphan).objects.filter(pk=orphan.pk).update(owner=None)
    assert [row.name for row in unowned_discovered(ADMINISTRATOR)] == ["Printer"]
    assert [row.slug for row in unowned_services(ADMINISTRATOR)] == ["orphan"]
