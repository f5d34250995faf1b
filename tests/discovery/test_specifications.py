"""Specifications beside published services become versions of APIs."""

import hashlib
import zlib
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import API, APIVersion, Service
from discovery import specifications
from discovery.connectors.base import Endpoint, Exposure
from discovery.models import DiscoveredService, DiscoveredSpecification, Source
from discovery.specifications import SpecificationsDone, publish_specifications
from discovery.usecases.publish_discovered import publish_discovered
from discovery.usecases.restore_discovered import restore_discovered
from tests.discovery.usecases.rows import fresh
from tests.factories.accounts import actor_of
from tests.factories.catalog import as_bytes, make_environment, openapi, publish
from tests.factories.discovery import make_discovered, make_observation, make_source
from tests.personas import Cast


@pytest.fixture
def eu(cast: Cast) -> Source:
    return make_source("prod-eu", environment=make_environment("production", position=1))


@pytest.fixture
def stage(cast: Cast) -> Source:
    return make_source("a-stage", environment=make_environment("staging", position=2))


def stored(document: bytes) -> DiscoveredSpecification:
    specification, _ = DiscoveredSpecification.objects.get_or_create(
        sha256=hashlib.sha256(document).hexdigest(),
        defaults={"size": len(document), "media_type": "application/json", "compressed": zlib.compress(document)},
    )
    return specification


def place(
    cast: Cast, source: Source, document: bytes, *, endpoints: tuple[Endpoint, ...] = (), **fields: Any
) -> DiscoveredService:
    """A published place of the ledger with this document beside it."""
    exposure = Exposure("internet" if endpoints else "inside", endpoints)
    values = {"proposed_owner": cast.team, **fields}
    name, identity = values.pop("name", "ledger"), values.pop("identity", "ledger")
    seen = make_observation(name, "cards", identity=identity, exposure=exposure)
    row = make_discovered(source, seen=seen, specification=stored(document), **values)
    publish_discovered(actor=actor_of(cast.administrator), discovered=[row], values={"owner": None}, now=timezone.now())
    return row


def run(**options: Any) -> SpecificationsDone:
    return publish_specifications(now=timezone.now(), **options)


LEDGER = as_bytes(openapi("1.2.0", title="Ledger"))


def test_it_becomes_an_api_of_the_services_name(cast: Cast, eu: Source) -> None:
    endpoints = (Endpoint("api.example.com", "/ledger", tls=True), Endpoint("old.example.com"), Endpoint("*.x.com"))
    row = place(cast, eu, LEDGER, endpoints=endpoints, proposed_visibility="private")
    assert run() == SpecificationsDone(published=1)

    api, service = API.objects.get(), Service.objects.get()
    assert (api.slug, api.title, api.owner, api.visibility) == ("ledger", "Ledger", cast.team, "private")
    assert list(api.provided_by.all()) == [service]
    version = api.current_version
    assert (version.name, version.lifecycle, version.created_by) == ("1.2.0", "published", "discovery")
    instances = sorted((one.environment.slug, one.url) for one in version.instances.all())
    assert instances == [("production", "http://old.example.com/"), ("production", "https://api.example.com/ledger")]
    row = fresh(row)
    assert (row.specification_outcome, row.specification_note) == ("published", "")
    assert row.specification_version_id == version.pk


def test_it_is_done_once(cast: Cast, eu: Source) -> None:
    row = place(cast, eu, LEDGER)
    run()
    events = AuditEvent.objects.count()
    assert run() == SpecificationsDone()
    DiscoveredService.objects.filter(pk=row.pk).update(specification_outcome="found")
    assert run() == SpecificationsDone(published=1)
    assert AuditEvent.objects.count() == events


def test_another_place_adds_only_its_addresses(cast: Cast, eu: Source, stage: Source) -> None:
    place(cast, stage, LEDGER, endpoints=(Endpoint("stage.example.com", "/", tls=True),))
    place(cast, eu, LEDGER, endpoints=(Endpoint("api.example.com", "/", tls=True),))
    assert run() == SpecificationsDone(published=2)
    urls = APIVersion.objects.get().instances.order_by("url").values_list("url", flat=True)
    assert list(urls) == ["https://api.example.com/", "https://stage.example.com/"]


def test_other_bytes_of_the_same_version_differ_and_overwrite_nothing(cast: Cast, eu: Source, stage: Source) -> None:
    other = place(cast, stage, as_bytes(openapi("1.2.0", title="Changed")))
    place(cast, eu, LEDGER)
    assert run() == SpecificationsDone(published=1, differing=1)

    row = fresh(other)
    assert (row.specification_outcome, row.specification_version_id) == ("differs", None)
    assert row.specification_note.startswith("Version 1.2.0 is published and its specification differs")
    assert APIVersion.objects.get().specification.content == LEDGER


def test_a_draft_that_somebody_writes_is_not_overwritten(cast: Cast, eu: Source) -> None:
    draft = as_bytes(openapi("1.2.0", title="Draft"))
    publish("ledger", "1.2.0", document=draft, owner="payments", lifecycle="draft")
    row = place(cast, eu, LEDGER)
    assert run().differing == 1
    assert fresh(row).specification_outcome == "differs"
    assert APIVersion.objects.get().specification.content == draft


def test_a_refused_document_says_why_and_where_and_stops_nothing(cast: Cast, eu: Source) -> None:
    broken = place(cast, eu, b'{"openapi": "3.0.3", "info": {"title": "x"}, "paths": {}}', name="a-broken")
    DiscoveredService.objects.filter(pk=broken.pk).update(identity="")
    fine = place(cast, eu, LEDGER, name="b-fine", proposed_owner=cast.other_team)
    assert run() == SpecificationsDone(published=1, refused=1)
    row = fresh(broken)
    assert row.specification_outcome == "refused"
    assert "version" in row.specification_note
    assert "line 1" in row.specification_note
    assert fresh(fine).specification_outcome == "published"


def test_an_api_that_somebody_keeps_stays_as_it_is(cast: Cast, eu: Source) -> None:
    publish("ledger", "1.0.0", owner="payments", title="Kept by hand", visibility="public")
    place(cast, eu, LEDGER)
    run()
    api = API.objects.get()
    assert (api.title, api.visibility) == ("Kept by hand", "public")
    assert sorted(api.versions.values_list("name", flat=True)) == ["1.0.0", "1.2.0"]
    assert [service.slug for service in api.provided_by.all()] == ["ledger"]


def test_the_api_that_the_service_provides_gets_the_version(cast: Cast, eu: Source) -> None:
    row = place(cast, eu, LEDGER)
    publish("books-api", "1.0.0", owner="lending", provided_by=["ledger"])
    run()
    assert fresh(row).specification_version.api.slug == "books-api"
    assert API.objects.count() == 1


def test_an_api_of_that_name_of_another_team_is_not_touched(cast: Cast, eu: Source) -> None:
    publish("ledger", "1.0.0", owner="lending")
    row = place(cast, eu, LEDGER)
    assert run().refused == 1
    assert fresh(row).specification_note == "There is an API ledger that ledger is not said to provide."
    assert APIVersion.objects.get().name == "1.0.0"


@pytest.mark.parametrize(("owner", "outcome"), [("none", "published"), ("team", "published"), ("other", "refused")])
def test_an_api_gets_no_version_from_a_source_of_another_team(cast: Cast, eu: Source, owner: str, outcome: str) -> None:
    """Whoever looks after a source may publish a service for any team, and call it as that team's API is called."""
    publish("ledger", "1.0.0", owner="payments")
    Source.objects.update(owner={"none": None, "team": cast.team, "other": cast.other_team}[owner])
    row = place(cast, eu, LEDGER)
    run()
    assert fresh(row).specification_outcome == outcome
    assert API.objects.get().versions.count() == (2 if outcome == "published" else 1)


def test_what_nobody_owns_is_an_api_that_nobody_owns(cast: Cast, eu: Source) -> None:
    place(cast, eu, LEDGER, proposed_owner=None)
    assert run().published == 1
    assert API.objects.get().owner is None


def test_it_works_in_batches_with_a_sign_of_life(cast: Cast, eu: Source) -> None:
    place(cast, eu, LEDGER)
    place(cast, make_source("prod-us", environment=eu.environment), as_bytes(openapi("2.0.0")))
    beats = []
    assert run(limit=1, beat=lambda: beats.append(1)).remaining == 1
    assert beats == [1]
    assert run(source_id=eu.pk) == SpecificationsDone(remaining=0)
    assert run().remaining == 0
    assert APIVersion.objects.count() == 2


def test_only_published_services_have_their_specification_published(cast: Cast, eu: Source) -> None:
    make_discovered(eu, specification=stored(LEDGER), specification_outcome="found")
    assert run() == SpecificationsDone()


def test_what_a_person_took_back_meanwhile_is_due_again_when_it_is_published(
    cast: Cast, eu: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = place(cast, eu, LEDGER)
    real = specifications.publish_version

    def after_it_was_taken_back(**given: Any) -> Any:
        restore_discovered(actor=actor_of(cast.administrator), discovered=[row], now=timezone.now())
        return real(**given)

    monkeypatch.setattr(specifications, "publish_version", after_it_was_taken_back)
    run()
    assert (fresh(row).standing, fresh(row).specification_outcome) == ("new", "found")


def test_a_mistake_of_ours_about_one_document_does_not_stop_the_others(
    cast: Cast, eu: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(cast, eu, LEDGER)
    place(cast, eu, as_bytes(openapi("1.0.0", title="Cards")), name="zcards", identity="zcards")
    real = specifications.publish_version

    def fails_at_the_ledger(**given: Any) -> Any:
        if given["api"] == "ledger":
            raise KeyError("x")
        return real(**given)

    monkeypatch.setattr(specifications, "publish_version", fails_at_the_ledger)
    assert run() == SpecificationsDone(published=1, refused=1)
    assert "Portico itself failed" in DiscoveredService.objects.get(name="ledger").specification_note
