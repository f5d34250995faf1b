"""Ignoring and retiring what was discovered, and restoring it."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import EntryDocument, Service
from catalog.usecases.edit_entry import edit_entry
from common.access import Denied
from common.errors import Conflict, Invalid
from discovery.models import DiscoveredService, Source, Tombstone
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.merge_discovered import merge_discovered
from discovery.usecases.publish_discovered import publish_discovered
from discovery.usecases.restore_discovered import Restored, restore_discovered
from discovery.usecases.retire_discovered import retire_discovered
from tests.discovery.usecases.rows import discovered, fresh
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_service
from tests.personas import Cast


def publish(who, *rows: DiscoveredService) -> None:
    publish_discovered(actor=actor_of(who), discovered=rows, values={"owner": "payments"}, now=timezone.now())


def ignore(who, *rows: DiscoveredService, reason: str = "A sidecar") -> list[DiscoveredService]:
    return ignore_discovered(actor=actor_of(who), discovered=rows, reason=reason, now=timezone.now())


def restore(who, *rows: DiscoveredService) -> Restored:
    return restore_discovered(actor=actor_of(who), discovered=rows, now=timezone.now())


@pytest.fixture
def ledger(cast: Cast, eu: Source) -> DiscoveredService:
    return discovered(eu, "ledger", "ledger", proposed_owner=cast.team, is_pending=True)


def test_an_ignored_one_is_no_longer_pending_and_says_why(cast: Cast, ledger: DiscoveredService) -> None:
    assert ignore(cast.member, ledger, reason=" A sidecar ") == [ledger]

    row = fresh(ledger)
    assert (row.standing, row.state, row.is_pending) == ("ignored", "ignored", False)
    tombstone = Tombstone.objects.get()
    assert (tombstone.verdict, tombstone.reason, tombstone.decided_by) == ("ignored", "A sidecar", "member")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor_name) == ("discovery.service.ignored", "member")
    assert event.difference == {"standing": ["new", "ignored"], "reason": [None, "A sidecar"]}


def test_ignoring_twice_is_once(cast: Cast, ledger: DiscoveredService) -> None:
    ignore(cast.member, ledger)
    assert ignore(cast.member, ledger, reason="Other") == []
    assert Tombstone.objects.count() == 1


def test_it_takes_a_reason_and_somebody_concerned(cast: Cast, ledger: DiscoveredService) -> None:
    with pytest.raises(Invalid):
        ignore(cast.member, ledger, reason="  ")
    with pytest.raises(Invalid):
        ignore(cast.member, ledger, reason="x" * 501)
    with pytest.raises(Denied):
        ignore(cast.stranger, ledger)
    assert fresh(ledger).standing == "new"


def test_a_retired_one_stays_a_place_of_its_service(cast: Cast, ledger: DiscoveredService) -> None:
    publish(cast.member, ledger)
    retire_discovered(actor=actor_of(cast.member), discovered=[ledger], reason="Switched off", now=timezone.now())
    row = fresh(ledger)
    assert (row.state, row.service) == ("retired", Service.objects.get())


def test_the_last_verdict_stands(cast: Cast, ledger: DiscoveredService) -> None:
    ignore(cast.member, ledger)
    retire_discovered(actor=actor_of(cast.member), discovered=[ledger], reason="Gone", now=timezone.now())
    assert [one.verdict for one in Tombstone.objects.filter(lifted_at=None)] == ["retired"]


def test_restoring_lifts_the_decision(cast: Cast, ledger: DiscoveredService) -> None:
    ignore(cast.member, ledger)
    assert restore(cast.member, ledger).rows == [ledger]

    assert fresh(ledger).state == "new"
    tombstone = Tombstone.objects.get()
    assert tombstone.lifted_by == "member"
    assert tombstone.lifted_at is not None
    assert restore(cast.member, ledger).rows == []


def test_a_fresh_publication_is_undone(cast: Cast, ledger: DiscoveredService) -> None:
    publish(cast.member, ledger)
    assert restore(cast.member, ledger).removed == ["ledger"]

    assert not Service.objects.exists()
    assert not EntryDocument.objects.filter(kind="service").exists()
    row = fresh(ledger)
    assert (row.state, row.service) == ("new", None)
    removed = AuditEvent.objects.get(action="catalog.service.removed")
    assert (removed.object_name, removed.actor_name) == ("ledger", "member")
    publish(cast.member, ledger)
    assert fresh(ledger).service.slug == "ledger"


def test_what_a_rule_ignored_and_a_person_restored_is_marked_for_judging(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger")
    DiscoveredService.objects.filter(pk=row.pk).update(standing="ignored", state="ignored")
    restore(cast.member, row)
    assert fresh(row).state == "new"
    tombstone = Tombstone.objects.get()
    assert (tombstone.verdict, tombstone.lifted_by) == ("ignored", "member")


def test_places_that_were_published_together_are_undone_together(
    cast: Cast, ledger: DiscoveredService, stage: Source
) -> None:
    other = discovered(stage, "ledger", "ledger")
    publish(cast.administrator, ledger, other)
    with pytest.raises(Conflict, match=r"ledger also runs in Staging, as stage-eu says\."):
        restore(cast.administrator, ledger)
    assert restore(cast.administrator, ledger, other).removed == ["ledger"]


def test_what_a_person_changed_is_not_undone(cast: Cast, ledger: DiscoveredService) -> None:
    publish(cast.member, ledger)
    edit_entry(
        actor=actor_of(cast.maintainer), entry=Service.objects.get(), metadata={"title": "Mine"}, now=timezone.now()
    )
    with pytest.raises(Conflict, match="was changed by maintainer"):
        restore(cast.member, ledger)
    assert fresh(ledger).standing == "published"


def test_what_provides_an_api_is_not_undone(cast: Cast, ledger: DiscoveredService) -> None:
    publish(cast.member, ledger)
    make_api("ledger-api", owner=cast.other_team, provided_by=["ledger"])
    with pytest.raises(Conflict, match="provides the API"):
        restore(cast.member, ledger)


def test_what_was_there_before_is_not_undone(cast: Cast, ledger: DiscoveredService) -> None:
    service = make_service("ledger", owner=cast.team)
    DiscoveredService.objects.filter(pk=ledger.pk).update(service=service, standing="matched")
    publish(cast.member, ledger)
    with pytest.raises(Conflict, match="was in the catalog before"):
        restore(cast.member, ledger)


def test_what_stands_against_it_does_not_name_what_is_not_theirs_to_know(cast: Cast, ledger: DiscoveredService) -> None:
    secret = make_service("secret-project", owner=cast.other_team, visibility="private")
    DiscoveredService.objects.filter(pk=ledger.pk).update(service=secret, standing="published", state="published")

    with pytest.raises(Conflict) as caught:
        restore(cast.member, ledger)
    assert caught.value.detail.startswith("ledger is a service of another team.")


def test_a_merge_is_undone_and_the_service_stays(cast: Cast, ledger: DiscoveredService) -> None:
    service = make_service("books", owner=cast.team)
    merge_discovered(actor=actor_of(cast.member), discovered=[ledger], service=service, now=timezone.now())
    assert restore(cast.member, ledger).removed == []

    row = fresh(ledger)
    assert (row.service, row.is_pinned, row.standing) == (None, False, "new")
    assert Service.objects.get() == service
