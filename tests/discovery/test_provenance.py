"""Who speaks for a field of a service, and who has the last word."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import EntryDocument, Service
from catalog.usecases.edit_entry import edit_entry
from discovery.models import DiscoveredService, Provenance, Source
from discovery.provenance import restate
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.publish_discovered import publish_discovered
from tests.discovery.usecases.rows import discovered
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_environment, make_service
from tests.factories.discovery import make_source
from tests.personas import Cast


@pytest.fixture
def production(cast: Cast) -> Source:
    return make_source("prod-eu", environment=make_environment("production", position=1))


@pytest.fixture
def staging(cast: Cast) -> Source:
    return make_source("a-stage", environment=make_environment("staging", position=2))


def published(cast: Cast, source: Source, **fields: Any) -> DiscoveredService:
    row = discovered(source, "ledger", "ledger", **{"proposed_owner": cast.team, **fields})
    publish_discovered(actor=actor_of(cast.administrator), discovered=[row], values={}, now=timezone.now())
    return row


def say(*rows: DiscoveredService, **proposed: Any) -> None:
    """Runs see the rows with these proposals."""
    fields = {f"proposed_{name}": value for name, value in proposed.items()}
    DiscoveredService.objects.filter(pk__in=[row.pk for row in rows]).update(**fields)
    restate([row.pk for row in rows], timezone.now())


def said(field: str) -> Provenance:
    return Provenance.objects.get(field=field)


def edit(who: Any, **metadata: Any) -> None:
    edit_entry(actor=actor_of(who), entry=Service.objects.get(), metadata=metadata, now=timezone.now())


def test_a_run_changes_what_discovery_wrote(cast: Cast, production: Source) -> None:
    row = published(cast, production, proposed_title="Ledger")
    say(row, title="General ledger", owner=cast.other_team)

    service = Service.objects.get()
    assert (service.title, service.owner) == ("General ledger", cast.other_team)
    assert EntryDocument.objects.get(kind="service").title == "General ledger"
    assert (said("title").written, said("title").said) == ("General ledger", "General ledger")
    event = AuditEvent.objects.get(action="catalog.service.transferred")
    assert (event.actor_kind, event.actor_name, event.team_id) == ("system", "discovery", cast.other_team.pk)
    assert event.difference == {"title": ["Ledger", "General ledger"], "owner": ["payments", "lending"]}


def test_what_a_person_edited_stays_theirs_for_ever(cast: Cast, production: Source) -> None:
    row = published(cast, production, proposed_title="Ledger")
    edit(cast.member, title="Mine")
    say(row, title="General ledger")

    assert Service.objects.get().title == "Mine"
    assert (said("title").written, said("title").said) == ("Ledger", "General ledger")
    say(row, title="Something else")
    assert Service.objects.get().title == "Mine"
    assert said("title").said == "Something else"


def test_what_a_person_cleared_stays_empty(cast: Cast, production: Source) -> None:
    row = published(cast, production, proposed_description="Books")
    edit(cast.member, description="")
    say(row, description="More books")
    assert Service.objects.get().description == ""


def test_a_source_that_says_nothing_takes_nothing_back(cast: Cast, production: Source) -> None:
    row = published(cast, production, proposed_description="Books")
    say(row, description="", owner=None)
    assert (Service.objects.get().description, Service.objects.get().owner) == ("Books", cast.team)
    assert said("description").said is None


def test_a_service_from_before_keeps_its_words_and_gains_what_was_empty(cast: Cast, production: Source) -> None:
    service = make_service("ledger", title="Our ledger", owner=cast.other_team)
    published(cast, production, state="matched", service=service, proposed_description="Books")

    service.refresh_from_db()
    assert (service.title, service.owner, service.description) == ("Our ledger", cast.other_team, "Books")
    assert (said("title").written, said("title").said) == (None, "ledger")
    assert said("description").written == "Books"


def test_production_speaks_before_staging_in_whatever_order(cast: Cast, production: Source, staging: Source) -> None:
    rows = [published(cast, source) for source in (staging, production)]
    for order in (rows, rows[::-1]):
        for row in order:
            say(row, title=f"Ledger of {row.source.name}")
        assert Service.objects.get().title == "Ledger of prod-eu"
        assert said("title").discovered == rows[1]


def test_two_sources_do_not_fight(cast: Cast, production: Source, staging: Source) -> None:
    rows = [published(cast, source, proposed_title=source.name) for source in (staging, production)]
    for row in rows:
        say(row)
    events, provenance = AuditEvent.objects.count(), list(Provenance.objects.order_by("pk").values())
    for row in rows * 2:
        say(row)
    assert AuditEvent.objects.count() == events
    assert list(Provenance.objects.order_by("pk").values()) == provenance


def test_the_next_place_speaks_when_the_best_is_silent_or_gone(cast: Cast, production: Source, staging: Source) -> None:
    best, other = published(cast, production), published(cast, staging, proposed_description="From staging")
    say(best, other)
    assert Service.objects.get().description == "From staging"
    say(other, title="Staged")
    assert Service.objects.get().title == "ledger"
    DiscoveredService.objects.filter(pk=best.pk).update(missing_since=timezone.now())
    say(other)
    assert Service.objects.get().title == "Staged"


def test_a_service_that_is_nowhere_keeps_what_was_said(cast: Cast, production: Source) -> None:
    row = published(cast, production, proposed_title="Ledger")
    DiscoveredService.objects.filter(pk=row.pk).update(missing_since=timezone.now())
    say(row, title="Other")
    assert Service.objects.get().title == "Ledger"


def test_a_place_that_is_left_out_speaks_no_more(cast: Cast, production: Source, staging: Source) -> None:
    best, other = published(cast, production, proposed_title="Best"), published(cast, staging, proposed_title="Other")
    assert Service.objects.get().title == "Best"
    ignore_discovered(actor=actor_of(cast.administrator), discovered=[best], reason="Old", now=timezone.now())
    assert Service.objects.get().title == "Other"
    assert said("title").discovered == other


def test_it_writes_nothing_when_nothing_differs_and_costs_the_same_for_many(cast: Cast, production: Source) -> None:
    rows = [discovered(production, f"service-{number}", proposed_owner=cast.team) for number in range(30)]
    publish_discovered(actor=actor_of(cast.administrator), discovered=rows, values={}, now=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        restate([row.pk for row in rows], timezone.now())
    assert len(captured) == 4
    assert all(query["sql"].startswith("SELECT") for query in captured)
    with CaptureQueriesContext(connection) as captured:
        say(*rows, visibility="public")
    assert len(captured) <= 16
