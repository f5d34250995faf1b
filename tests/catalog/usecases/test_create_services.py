"""Creating many services at once, changing many, removing some."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import system_actor
from accounts.models import AuditEvent
from catalog.models import EntryDocument, Service
from catalog.permissions import Action
from catalog.usecases.create_services import NewService, create_services
from catalog.usecases.edit_entry import edit_entry
from catalog.usecases.edit_services import edit_services
from catalog.usecases.remove_services import remove_services, why_kept
from common.access import Denied
from common.errors import Invalid
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_domain, make_service
from tests.factories.discovery import ADMINISTRATOR
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SYSTEM = system_actor("discovery", Action.SERVICE_CREATE, Action.SERVICE_EDIT, Action.SERVICE_TRANSFER)


def create(*services: NewService, actor=SYSTEM, leaves_unowned: bool = True) -> list[Service]:
    return create_services(actor=actor, services=services, now=NOW, leaves_unowned=leaves_unowned)


def test_it_makes_them_in_order_found_and_audited(cast: Cast) -> None:
    domain = make_domain("cards")
    made = create(
        NewService("ledger", title="Ledger", owner_id=cast.team.pk, domain_id=domain.pk, because={"rule": (None, "r")}),
        NewService("vault", kind="monolith", visibility="private"),
    )

    assert [service.slug for service in Service.objects.order_by("pk")] == ["ledger", "vault"]
    assert [service.pk for service in made] == list(Service.objects.order_by("pk").values_list("pk", flat=True))
    assert (made[0].title, made[0].domain, made[1].title, made[1].kind) == ("Ledger", domain, "vault", "monolith")
    documents = EntryDocument.objects.filter(kind="service").order_by("object_id")
    assert [(one.name, one.owner_key) for one in documents] == [("ledger", cast.team.pk), ("vault", None)]
    first, second = AuditEvent.objects.filter(action="catalog.service.created").order_by("pk")
    assert (first.actor_name, first.object_name, first.team_id) == ("discovery", "ledger", cast.team.pk)
    assert (first.difference, second.difference) == ({"rule": [None, "r"]}, {})


def test_it_puts_the_prefix_in_front_of_a_taken_name(cast: Cast) -> None:
    make_service("cards")
    made = create(NewService("cards", ("shop",)), NewService("cards", ("shop",)), NewService("cards"))
    assert [service.slug for service in made] == ["shop-cards", "cards-2", "cards-3"]


def test_it_costs_the_same_for_few_and_many(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as few:
        create(NewService("one", owner_id=cast.team.pk))
    with CaptureQueriesContext(connection) as many:
        create(*(NewService(f"service-{number}", owner_id=cast.team.pk) for number in range(300)))
    assert len(many) == len(few) <= 14


def test_it_refuses_what_breaks_a_rule_and_writes_nothing(cast: Cast) -> None:
    with pytest.raises(Invalid):
        create(NewService("fine"), NewService("odd", kind="spaceship"))
    with pytest.raises(Invalid):
        create(NewService("fine"), leaves_unowned=False)
    assert not Service.objects.exists()


def test_it_asks_for_every_owner(cast: Cast) -> None:
    mine, theirs = NewService("mine", owner_id=cast.team.pk), NewService("theirs", owner_id=cast.other_team.pk)
    member = actor_of(cast.member)
    with pytest.raises(Denied):
        create(mine, theirs, actor=member)
    with pytest.raises(Denied):
        create(NewService("nobodys"), actor=member)
    with pytest.raises(Denied):
        create(mine, actor=system_actor("discovery"))
    assert [service.slug for service in create(mine, actor=member)] == ["mine"]


def test_it_writes_in_the_name_of_whom_a_room_lends_the_action(cast: Cast) -> None:
    lent = actor_of(cast.stranger).lent(Action.SERVICE_CREATE)
    create(NewService("mine", owner_id=cast.team.pk), actor=lent)
    assert AuditEvent.objects.latest("pk").user_id == cast.stranger.pk
    with pytest.raises(Denied):
        create(NewService("other", owner_id=cast.team.pk), actor=actor_of(cast.stranger))


def test_it_changes_many_and_only_what_differs(cast: Cast) -> None:
    one, other = make_service("one", owner=cast.team), make_service("other", owner=cast.team)
    changed = edit_services(
        actor=SYSTEM, values={one: {"title": "One", "owner": cast.other_team}, other: {"title": "other"}}, now=NOW
    )

    assert changed == [one]
    assert Service.objects.get(slug="one").owner == cast.other_team
    event = AuditEvent.objects.latest("pk")
    assert event.action == "catalog.service.transferred"
    assert event.difference == {"title": ["one", "One"], "owner": ["payments", "lending"]}
    assert EntryDocument.objects.get(kind="service", name="one").title == "One"
    with pytest.raises(Denied):
        edit_services(actor=actor_of(cast.member), values={one: {"owner": cast.team}}, now=NOW)


def test_it_keeps_what_something_hangs_on(cast: Cast) -> None:
    [fresh, edited, provider, needed] = create(*(NewService(name, owner_id=cast.team.pk) for name in "abcd"))
    edit_entry(actor=actor_of(cast.member), entry=edited, metadata={"title": "B"}, now=NOW)
    make_api("payments-api", provided_by=["c"])
    make_service("e", depends_on=["d"])

    assert why_kept(fresh, ADMINISTRATOR) == ""
    assert why_kept(edited, ADMINISTRATOR) == "B was changed by member since."
    assert why_kept(provider, ADMINISTRATOR) == "c provides the API Payments."
    assert why_kept(needed, ADMINISTRATOR) == "d is needed by e."


def test_it_names_nothing_that_the_actor_may_not_know_of(cast: Cast) -> None:
    [needed] = create(NewService("ledger", owner_id=cast.team.pk))
    make_service("secret-project", depends_on=["ledger"], owner=cast.other_team, visibility="private")

    assert why_kept(needed, actor_of(cast.member)) == "ledger is tied to an entry of another team."
    assert why_kept(needed, actor_of(cast.stranger)) == "ledger is needed by secret-project."


def test_it_removes_only_when_lent(cast: Cast) -> None:
    [service] = create(NewService("ledger"))
    administrator = actor_of(cast.administrator)
    with pytest.raises(Denied):
        remove_services(actor=administrator, services=[service], now=NOW)
    remove_services(actor=administrator.lent(Action.SERVICE_REMOVE), services=[service], now=NOW)

    assert not Service.objects.exists()
    assert not EntryDocument.objects.filter(kind="service").exists()
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.object_name, event.actor_name) == ("catalog.service.removed", "ledger", "administrator")
