"""From a run to the catalog: rules publish, specifications follow, people have the last word."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import API, Service
from catalog.usecases.edit_entry import edit_entry
from discovery.models import DiscoveredService, PublicationRule, Source
from discovery.usecases.restore_discovered import restore_discovered
from tests.factories.accounts import actor_of
from tests.factories.catalog import as_bytes, make_environment, openapi
from tests.factories.scripted import make_scripted, see, services
from tests.personas import Cast

pytestmark = pytest.mark.usefixtures("scripted")

LEDGER = as_bytes(openapi("1.2.0", title="Ledger")).decode()


@pytest.fixture
def source(cast: Cast) -> Source:
    PublicationRule.objects.create(name="all", owner=cast.team)
    return make_scripted("prod-eu", environment=make_environment("production", position=1))


def ledger(**fields) -> list[dict]:
    return services("ledger", identity="ledger", **fields)


def test_a_run_publishes_what_a_rule_wants_with_its_specification(source: Source) -> None:
    endpoints = [{"host": "api.example.com", "path": "/ledger", "tls": True}]
    run = see(source, ledger(specification=LEDGER, endpoints=endpoints))

    assert (run.counts["published"], run.counts["specifications"]) == (1, 1)
    assert (run.phases[-1]["name"], run.phases[-1]["state"]) == ("Publish specifications", "done")
    version = API.objects.get(slug="ledger").current_version
    assert [one.url for one in version.instances.all()] == ["https://api.example.com/ledger"]
    assert Service.objects.get().provides.get().current_version == version


def test_running_again_changes_nothing(source: Source) -> None:
    see(source, ledger(specification=LEDGER))
    events = AuditEvent.objects.count()
    run = see(source)
    assert (run.counts["published"], "specifications" in run.counts) == (0, False)
    assert AuditEvent.objects.count() == events


def test_a_new_specification_becomes_a_version(source: Source) -> None:
    see(source, ledger(specification=LEDGER))
    see(source, ledger(specification=as_bytes(openapi("1.3.0", title="Ledger")).decode()))
    assert sorted(API.objects.get().versions.values_list("name", flat=True)) == ["1.2.0", "1.3.0"]
    assert DiscoveredService.objects.get().specification_version.name == "1.3.0"


def test_what_is_claimed_later_reaches_the_catalog_unless_a_person_edited_it(cast: Cast, source: Source) -> None:
    see(source, ledger())
    service = Service.objects.get()
    edit_entry(actor=actor_of(cast.maintainer), entry=service, metadata={"title": "Mine"}, now=timezone.now())
    claims = [
        ["title", "Theirs", "annotation title"],
        ["description", "Books", "annotation description"],
    ]
    see(source, ledger(claims=claims))
    service.refresh_from_db()
    assert (service.title, service.description) == ("Mine", "Books")


def test_a_publication_that_a_person_took_back_stays_so(cast: Cast, source: Source) -> None:
    see(source, ledger())
    row = DiscoveredService.objects.get()
    restore_discovered(actor=actor_of(cast.administrator), discovered=[row], now=timezone.now())
    assert see(source).counts["published"] == 0
    assert not Service.objects.exists()


def test_the_same_software_in_another_environment_is_the_same_service(cast: Cast, source: Source) -> None:
    staging = make_scripted("stage-eu", environment=make_environment("staging", position=2))
    for one in (source, staging):
        see(one, ledger(specification=LEDGER))
    service = Service.objects.get()
    assert service.places.count() == 2
    assert API.objects.count() == 1
