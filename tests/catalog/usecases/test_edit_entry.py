"""Editing APIs and services, and their documentation pages."""

from datetime import UTC, datetime

import pytest

from accounts.models import AuditEvent
from catalog.models import API, Service
from catalog.usecases.create_service import create_service
from catalog.usecases.delete_page import delete_page
from catalog.usecases.edit_entry import edit_entry
from common.access import Denied
from common.errors import Conflict, Invalid, NotFound
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_domain, make_service
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_members_edit_what_their_team_owns(cast: Cast) -> None:
    api = make_api("payments", owner=cast.team)
    make_domain("cards")
    changed = edit_entry(
        actor=actor_of(cast.member), entry=api, metadata={"title": "New", "domain": "cards", "tags": ["a"]}, now=NOW
    )

    assert changed == ["domain", "tags", "title"]
    api = API.objects.get()
    assert (api.title, api.domain.slug, api.updated_at) == ("New", "cards", NOW)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.object_name, event.team_id) == ("catalog.api.edited", "payments", cast.team.pk)
    assert event.difference == {"title": ["Payments", "New"], "domain": [None, "cards"], "tags": [[], ["a"]]}


def test_what_is_there_already_writes_nothing(cast: Cast) -> None:
    api = make_api("payments", owner=cast.team, tags=["a"])
    events = AuditEvent.objects.count()

    assert edit_entry(actor=actor_of(cast.member), entry=api, metadata={"tags": ["A"]}, now=NOW) == []
    assert AuditEvent.objects.count() == events


def test_others_do_not(cast: Cast) -> None:
    api, service = make_api("payments", owner=cast.team), make_service("ledger", owner=cast.team)
    for entry in (api, service):
        for actor in (actor_of(cast.stranger), actor_of(cast.viewer), actor_of(cast.secrets["token_read"])):
            with pytest.raises(Denied):
                edit_entry(actor=actor, entry=entry, metadata={"title": "x"}, now=NOW)


def test_a_maintainer_gives_an_entry_away(cast: Cast) -> None:
    service = make_service("ledger", owner=cast.team)
    give = {"owner": cast.other_team.slug}
    with pytest.raises(Denied):
        edit_entry(actor=actor_of(cast.member), entry=service, metadata=give, now=NOW)
    edit_entry(actor=actor_of(cast.maintainer), entry=service, metadata=give, now=NOW)

    assert Service.objects.get().owner == cast.other_team
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.difference) == ("catalog.service.transferred", {"owner": ["payments", "lending"]})


def test_a_team_creates_a_service_with_its_relations(cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    make_api("rates", owner=cast.other_team)
    make_service("ledger", owner=cast.other_team)
    service = create_service(
        actor=actor_of(cast.secrets["token_publish"]),
        slug="core",
        metadata={
            "title": "Core banking",
            "kind": "monolith",
            "provides": ["payments"],
            "consumes": ["rates"],
            "depends_on": ["ledger"],
            "docs": "# Start here",
        },
        now=NOW,
    )

    assert (service.owner, service.kind, service.title) == (cast.team, "monolith", "Core banking")
    assert [api.slug for api in service.provides.all()] == ["payments"]
    assert [api.slug for api in service.consumes.all()] == ["rates"]
    assert [other.slug for other in service.depends_on.all()] == ["ledger"]
    assert service.pages.get().title == "Documentation"
    assert AuditEvent.objects.latest("pk").action == "catalog.service.created"


def test_a_taken_name_is_a_conflict_whoever_may_see_it(cast: Cast) -> None:
    make_service("ledger", owner=cast.other_team, visibility="private")
    with pytest.raises(Conflict):
        create_service(actor=actor_of(cast.member), slug="ledger", metadata={}, now=NOW)


def test_relations_the_editor_cannot_see_stay(cast: Cast) -> None:
    service = make_service("core", owner=cast.team)
    make_service("hidden", owner=cast.other_team, visibility="private")
    seen = make_service("seen", owner=cast.other_team)
    service.depends_on.add(Service.objects.get(slug="hidden"), seen)
    edit_entry(actor=actor_of(cast.member), entry=service, metadata={"depends_on": []}, now=NOW)

    assert [other.slug for other in service.depends_on.all()] == ["hidden"]
    assert AuditEvent.objects.latest("pk").difference == {"depends_on": [["seen"], []]}


@pytest.mark.parametrize(
    ("metadata", "field"),
    [({"kind": "robot"}, "kind"), ({"lifecycle": "dead"}, "lifecycle"), ({"provides": ["nothing"]}, "provides")],
)
def test_it_names_the_field_that_breaks_a_rule(cast: Cast, metadata: dict, field: str) -> None:
    service = make_service("core", owner=cast.team)
    with pytest.raises(Invalid) as caught:
        edit_entry(actor=actor_of(cast.member), entry=service, metadata=metadata, now=NOW)

    assert set(caught.value.fields) == {field}


def test_pages_are_rewritten_by_slug_and_the_others_stay(cast: Cast) -> None:
    api = make_api("payments", owner=cast.team, docs="Written by CI")
    page = {"slug": "faq", "title": "Questions", "body": "None"}
    edit_entry(actor=actor_of(cast.member), entry=api, metadata={"docs": [page]}, now=NOW)
    edit_entry(actor=actor_of(cast.member), entry=api, metadata={"docs": "Written again"}, now=NOW)

    pages = {page.slug: page.body for page in api.pages.order_by("position")}
    assert pages == {"documentation": "Written again", "faq": "None"}
    assert AuditEvent.objects.latest("pk").difference == {"docs": [{"documentation": 13}, {"documentation": 13}]}


def test_a_page_is_deleted_once(cast: Cast) -> None:
    api = make_api("payments", owner=cast.team, docs="Text")
    with pytest.raises(Denied):
        delete_page(actor=actor_of(cast.stranger), entry=api, slug="documentation", now=NOW)
    delete_page(actor=actor_of(cast.member), entry=api, slug="documentation", now=NOW)

    assert not api.pages.exists()
    with pytest.raises(NotFound):
        delete_page(actor=actor_of(cast.member), entry=api, slug="documentation", now=NOW)
