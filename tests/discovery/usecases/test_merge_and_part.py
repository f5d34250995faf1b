"""Saying which service a discovered one is, and which it is not; correcting what is proposed."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import Service
from common.access import Denied
from common.errors import Conflict, Invalid, NotFound
from discovery.models import DiscoveredService, Source, Tombstone
from discovery.usecases.choose_proposal import choose_proposal
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.merge_discovered import merge_discovered
from discovery.usecases.part_discovered import part_discovered
from discovery.usecases.publish_discovered import publish_discovered
from tests.discovery.usecases.rows import discovered, fresh
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_service
from tests.personas import Cast


def merge(who, service: Service, *rows: DiscoveredService) -> list[DiscoveredService]:
    return merge_discovered(actor=actor_of(who), discovered=rows, service=service, now=timezone.now())


def part(who, *rows: DiscoveredService) -> list[DiscoveredService]:
    return part_discovered(actor=actor_of(who), discovered=rows, now=timezone.now())


def choose(who, *rows: DiscoveredService, **values: str | None) -> list[DiscoveredService]:
    return choose_proposal(actor=actor_of(who), discovered=rows, values=values, now=timezone.now())


def test_a_merged_one_is_pinned_to_the_service(cast: Cast, eu: Source) -> None:
    service, row = make_service("books", owner=cast.team), discovered(eu, "ledger", proposed_title="Ledger")
    assert merge(cast.member, service, row) == [row]

    row = fresh(row)
    assert (row.service, row.standing, row.is_pinned) == (service, "published", True)
    assert row.match_reason == "merged by member"
    assert Tombstone.objects.get().service == service
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.difference) == ("discovery.service.merged", {"service": [None, "books"]})
    assert merge(cast.member, service, row) == []
    service.refresh_from_db()
    assert service.title == "books"


def test_a_place_is_added_to_a_service_by_its_own_team(cast: Cast, eu: Source) -> None:
    """Who looks after a source could else let it say whose another team's service is, and publish to its API."""
    theirs = make_service("loans", owner=cast.other_team)
    merged, matched = discovered(eu, "ledger"), discovered(eu, "loans", state="matched", service=theirs)
    with pytest.raises(Denied, match="the team that owns the service"):
        merge(cast.member, theirs, merged)
    with pytest.raises(Denied, match="is a service of another team"):
        publish_discovered(actor=actor_of(cast.member), discovered=[matched], values={}, now=timezone.now())
    assert {fresh(merged).standing, fresh(matched).standing} == {"new", "matched"}

    publish_discovered(actor=actor_of(cast.stranger), discovered=[matched], values={}, now=timezone.now())
    assert merge(cast.administrator, theirs, merged) == [merged]
    nobodys = make_service("nobodys")
    Service.objects.filter(pk=nobodys.pk).update(owner=None)
    assert merge(cast.member, nobodys, discovered(eu, "free")) != []


def test_merging_lifts_what_was_decided_before(cast: Cast, eu: Source) -> None:
    service, row = make_service("books", owner=cast.team), discovered(eu, "ledger")
    ignore_discovered(actor=actor_of(cast.member), discovered=[row], reason="No", now=timezone.now())
    merge(cast.member, service, row)
    assert [one.verdict for one in Tombstone.objects.filter(lifted_at=None)] == ["merged"]
    assert fresh(row).state == "published"


def test_a_place_moves_to_another_service(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger", proposed_owner=cast.team)
    publish_discovered(actor=actor_of(cast.member), discovered=[row], values={}, now=timezone.now())
    merge(cast.member, make_service("books", owner=cast.team), row)
    assert fresh(row).service.slug == "books"
    assert Service.objects.filter(slug="ledger").exists()


def test_nobody_joins_a_place_to_a_service_that_is_not_theirs_or_hidden(cast: Cast, stage: Source) -> None:
    row = discovered(stage, "ledger", proposed_owner=cast.team)
    with pytest.raises(Denied):
        merge(cast.member, make_service("theirs", owner=cast.other_team), row)
    with pytest.raises(NotFound):
        merge(cast.member, make_service("hidden", owner=cast.other_team, visibility="private"), row)
    merge(cast.member, make_service("ours", owner=cast.team), row)


def test_a_parted_one_is_new_and_never_that_service_again(cast: Cast, eu: Source) -> None:
    service = make_service("ledger", owner=cast.team)
    row = discovered(eu, "ledger", state="matched", service=service, match_reason="by name in system cards")
    assert part(cast.member, row) == [row]

    row = fresh(row)
    assert (row.service, row.state, row.match_reason) == (None, "new", "")
    assert (Tombstone.objects.get().verdict, Tombstone.objects.get().service) == ("parted", service)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.difference) == ("discovery.service.parted", {"service": ["ledger", None]})
    assert part(cast.member, row) == []


def test_publishing_does_not_join_what_was_parted(cast: Cast, eu: Source, stage: Source) -> None:
    first, second = (discovered(source, "ledger", "ledger", proposed_owner=cast.team) for source in (eu, stage))
    publish_discovered(actor=actor_of(cast.administrator), discovered=[first, second], values={}, now=timezone.now())
    part(cast.administrator, second)
    publish_discovered(
        actor=actor_of(cast.administrator), discovered=[second], values={"owner": "payments"}, now=timezone.now()
    )
    assert [fresh(row).service.slug for row in (first, second)] == ["ledger", "cards-ledger"]


def test_who_is_not_concerned_parts_nothing(cast: Cast, stage: Source) -> None:
    row = discovered(stage, "ledger", state="matched", service=make_service("ledger", owner=cast.team))
    with pytest.raises(Denied):
        part(cast.stranger, row)
    assert part(cast.member, row) == [row]


def test_a_choice_is_kept_and_taken_back(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger")
    assert choose(cast.member, row, owner="lending", kind="saas") == [row]
    assert fresh(row).chosen == {"owner": "lending", "kind": "saas"}
    assert choose(cast.member, row, kind="saas") == []
    choose(cast.member, row, owner=None)
    assert fresh(row).chosen == {"kind": "saas"}
    event = AuditEvent.objects.latest("pk")
    assert event.difference == {"chosen": [{"owner": "lending", "kind": "saas"}, {"kind": "saas"}]}


def test_a_choice_names_what_there_is_and_comes_before_publishing(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger", proposed_owner=cast.team)
    with pytest.raises(Invalid):
        choose(cast.member, row, domain="nowhere")
    publish_discovered(actor=actor_of(cast.member), discovered=[row], values={}, now=timezone.now())
    with pytest.raises(Conflict):
        choose(cast.member, row, kind="saas")
