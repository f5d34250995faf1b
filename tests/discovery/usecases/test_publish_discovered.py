"""A person publishes what was discovered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, Scope
from catalog.models import EntryDocument, Service
from common.access import Denied
from common.errors import Conflict, Invalid
from discovery.models import DiscoveredService, Provenance, Source
from discovery.publication import Publication
from discovery.usecases.publish_discovered import publish_discovered
from tests.discovery.usecases.rows import discovered, fresh
from tests.factories.accounts import actor_of, make_token
from tests.factories.catalog import make_domain, make_service, make_system
from tests.personas import Cast


def publish(who, *rows: DiscoveredService, **values: str | None) -> Publication:
    return publish_discovered(actor=actor_of(who), discovered=rows, values=values, now=timezone.now())


def test_it_makes_the_service_that_is_proposed(cast: Cast, eu: Source) -> None:
    domain = make_domain("cards-domain")
    row = discovered(
        eu, "ledger", proposed_owner=cast.team, proposed_domain=domain, proposed_title="Ledger",
        proposed_description="Books", proposed_kind="monolith", proposed_visibility="private", is_pending=True,
        reasons={"owner": "annotation portico.io/owner"},
    )  # fmt: skip
    publication = publish(cast.member, row)

    service = Service.objects.get()
    assert publication.created == [service]
    assert publication.linked == []
    shown = (service.slug, service.title, service.description, service.kind, service.visibility)
    assert shown == ("ledger", "Ledger", "Books", "monolith", "private")
    assert (service.owner, service.domain) == (cast.team, domain)
    assert EntryDocument.objects.get(kind="service").name == "ledger"
    row = fresh(row)
    assert (row.service, row.standing, row.state, row.is_pending) == (service, "published", "published", False)
    said = Provenance.objects.get(service=service, field="owner")
    assert (said.written, said.said, said.reason) == ("payments", "payments", "annotation portico.io/owner")


def test_it_names_who_published(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger", proposed_owner=cast.team)
    publish(cast.member, row)

    created = AuditEvent.objects.get(action="catalog.service.created")
    assert (created.user_id, created.actor_name, created.team_id) == (cast.member.pk, "member", cast.team.pk)
    assert created.difference == {"discovered": [None, f"prod-eu {row.key}"]}
    published = AuditEvent.objects.get(action="discovery.service.published")
    assert (published.actor_name, published.object_name, published.object_id) == ("member", row.key, row.pk)


def test_what_a_person_sets_stands_for_the_proposal_and_is_kept(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger", proposed_owner=cast.other_team)
    publish(cast.administrator, row, owner="payments", kind="saas")

    assert (Service.objects.get().owner, Service.objects.get().kind) == (cast.team, "saas")
    row = fresh(row)
    assert row.chosen == {"owner": "payments", "kind": "saas"}
    assert row.reasons == {"owner": "set by hand", "kind": "set by hand"}


def test_it_publishes_what_nobody_owns_only_when_told_so(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger")
    with pytest.raises(Invalid, match="Nobody owns ledger"):
        publish(cast.member, row)
    publish(cast.member, row, owner=None)
    assert Service.objects.get().owner is None


def test_one_software_in_two_places_is_one_service(cast: Cast, eu: Source, stage: Source) -> None:
    rows = [discovered(source, "ledger", "ledger", proposed_owner=cast.team) for source in (stage, eu)]
    publication = publish(cast.administrator, *rows)

    service = Service.objects.get()
    assert len(publication.rows) == 2
    assert [fresh(row).service for row in rows] == [service, service]
    assert [fresh(row).match_reason for row in rows] == ["runs as the same software in prod-eu", ""]


def test_a_place_that_is_found_later_joins_the_service(cast: Cast, eu: Source, stage: Source) -> None:
    publish(cast.member, discovered(eu, "ledger", "ledger", proposed_owner=cast.team))
    later = discovered(stage, "ledger", "ledger")
    publication = publish(cast.administrator, later)

    assert [service.slug for service in publication.linked] == ["ledger"]
    assert publication.created == []
    assert fresh(later).match_reason == "runs as the same software in prod-eu"


def test_a_place_joins_the_service_by_the_system_that_somebody_gave_it(cast: Cast, eu: Source, stage: Source) -> None:
    system = make_system("cards")
    publish(cast.member, discovered(eu, "ledger", "ledger", proposed_owner=cast.team))
    Service.objects.update(system=system)
    later = discovered(stage, "ledger", "ledger", namespace="test", proposed_system=system, proposed_owner=cast.team)
    publish(cast.administrator, later)

    assert fresh(later).service.slug == "ledger"


def test_the_same_name_elsewhere_is_another_service(cast: Cast, eu: Source, stage: Source) -> None:
    rows = [
        discovered(eu, "gateway", "gateway", proposed_owner=cast.team),
        discovered(stage, "gateway", "gateway", namespace="loans", proposed_owner=cast.team),
    ]
    publish(cast.administrator, *rows)
    assert [fresh(row).service.slug for row in rows] == ["gateway", "loans-gateway"]


def test_a_matched_one_is_linked_and_needs_no_owner(cast: Cast, eu: Source) -> None:
    service = make_service("ledger", title="Our ledger", owner=cast.team)
    row = discovered(eu, "ledger", state="matched", service=service, match_reason="by name in system cards")
    publication = publish(cast.member, row)

    assert (publication.created, publication.linked) == ([], [service])
    assert (fresh(row).state, fresh(row).match_reason) == ("published", "by name in system cards")
    service.refresh_from_db()
    assert service.title == "Our ledger"


def test_twice_is_once(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger", proposed_owner=cast.team)
    publish(cast.member, row, row)
    events = AuditEvent.objects.count()
    again = publish(cast.member, row)

    assert (again.created, again.rows) == ([], [])
    assert AuditEvent.objects.count() == events
    assert Service.objects.count() == 1


def test_what_was_left_out_is_restored_first(cast: Cast, eu: Source) -> None:
    row, other = discovered(eu, "ledger", state="ignored"), discovered(eu, "vault", proposed_owner=cast.team)
    with pytest.raises(Conflict, match="ledger is ignored"):
        publish(cast.member, other, row, owner=None)
    assert not Service.objects.exists()


def test_those_it_is_proposed_to_publish_it_to_themselves_only(cast: Cast, stage: Source) -> None:
    row = discovered(stage, "ledger", proposed_owner=cast.team)
    for who in (cast.stranger, cast.viewer, cast.secrets["token_publish"], cast.secrets["token_read"]):
        with pytest.raises(Denied):
            publish(who, row)
    with pytest.raises(Denied, match="only to a team of yours"):
        publish(cast.member, row, owner="lending")
    with pytest.raises(Denied, match="only to a team of yours"):
        publish(cast.member, row, owner="")
    with pytest.raises(Denied):
        publish(cast.member, row, discovered(stage, "vault", proposed_owner=cast.other_team))
    publish(make_token(team=cast.team, scopes=(Scope.DISCOVERY,))[1], row)
    assert Service.objects.get().owner == cast.team


def test_a_place_is_not_joined_to_a_service_of_others(cast: Cast, stage: Source) -> None:
    service = make_service("ledger", owner=cast.other_team)
    row = discovered(stage, "ledger", state="matched", service=service, proposed_owner=cast.team)
    with pytest.raises(Denied):
        publish(cast.member, row)
    publish(cast.stranger, row)
    assert fresh(row).standing == "published"


def test_who_looks_after_the_source_publishes_for_every_team(cast: Cast, eu: Source) -> None:
    publish(cast.member, discovered(eu, "ledger", proposed_owner=cast.other_team))
    assert Service.objects.get().owner == cast.other_team


def test_it_says_what_is_wrong_with_a_value(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger")
    with pytest.raises(Invalid) as invalid:
        publish(cast.member, row, owner="nobody-here", kind="spaceship", colour="red")
    assert invalid.value.fields.keys() == {"owner", "kind", "colour"}


def test_it_costs_the_same_for_one_and_many(cast: Cast, eu: Source) -> None:
    rows = [discovered(eu, f"service-{number}", f"software-{number}", proposed_owner=cast.team) for number in range(40)]
    with CaptureQueriesContext(connection) as one:
        publish(cast.member, rows[0])
    with CaptureQueriesContext(connection) as many:
        publish(cast.member, *rows[1:])
    assert len(many) <= len(one) <= 40
    assert Service.objects.count() == 40


def test_it_is_bounded(cast: Cast, eu: Source) -> None:
    row = discovered(eu, "ledger")
    with pytest.raises(Invalid, match="at most 1,000"):
        publish(cast.member, *[row] * 1_001)
