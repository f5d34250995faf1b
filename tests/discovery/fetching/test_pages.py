"""What came of fetching, where people and programs look."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from discovery.fetching.due import notice
from discovery.models import DiscoveredService, PublicationRule, SpecificationFetch
from discovery.specifications import publish_specifications
from discovery.usecases.fetch_specification import PAUSE
from discovery.usecases.publish_discovered import publish_discovered
from tests.discovery.fetching.bank import Bank, fetch, row
from tests.factories.accounts import actor_of
from tests.factories.catalog import as_bytes, openapi
from tests.personas import Cast


@pytest.fixture
def drifting(bank: Bank, cast: Cast) -> DiscoveredService:
    """The ledger is published at 1.2.0 and runs with one operation more."""
    bank.source(owner=cast.team)
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    actor = actor_of(cast.administrator)
    publish_discovered(actor=actor, discovered=[row("ledger")], values={"owner": cast.team.slug}, now=timezone.now())
    publish_specifications(now=timezone.now())
    document = openapi("1.3.0", title="Ledger")
    document["paths"]["/balances"] = {"get": {"responses": {"200": {"description": "All"}}}}
    bank.serve("ledger", body=as_bytes(document))
    bank.look()
    publish_specifications(now=timezone.now())
    return row("ledger")


def test_it_shows_drift_where_people_look(drifting: DiscoveredService, cast: Cast):
    client = cast.client("member")
    page = client.get(f"/discovery/services/{drifting.pk}/").content.decode()
    assert "GET /balances" in page
    assert "service proxy http:ledger:8080/openapi.json" in page
    assert "Look again now" in page
    inbox = client.get("/discovery/inbox/?state=published&specification=differs").content.decode()
    assert "Drift" in inbox
    assert "1 operation added" in inbox
    service = client.get(f"/services/{drifting.service.slug}/").content.decode()
    assert "Drift" in service
    assert "1 operation added" in service
    api = client.get(f"/apis/{drifting.service.slug}/").content.decode()
    assert 'id="drift"' in api
    assert "It says it is version 1.3.0" in api


def test_it_tells_programs_the_same(drifting: DiscoveredService, cast: Cast):
    client = cast.client("member")
    found = client.get(f"/api/v1/discovered-services/{drifting.pk}").json()["specification"]
    assert found["fetch"]["outcome"] == "changed"
    assert found["fetch"]["tried"] == [{"what": "service proxy http:ledger:8080/openapi.json", "outcome": "Changed"}]
    assert found["drift"]["details"]["added"] == ["GET /balances"]
    assert (found["drift"]["version"], found["drift"]["running"]) == ("1.2.0", "1.3.0")
    version = client.get(f"/api/v1/apis/{drifting.service.slug}/versions/1.2.0").json()
    assert [(one["service"], one["added"]) for one in version["drift"]] == [(drifting.service.slug, 1)]


def test_it_tells_nothing_of_drift_to_who_is_not_signed_in(drifting: DiscoveredService, cast: Cast, client: Any):
    drifting.service.provides.update(visibility="public")
    version = client.get(f"/api/v1/apis/{drifting.service.slug}/versions/1.2.0")
    assert (version.status_code, version.json()["drift"]) == (200, None)
    assert 'id="drift"' not in client.get(f"/apis/{drifting.service.slug}/").content.decode()


def test_it_hides_a_private_service_that_drifts(drifting: DiscoveredService, cast: Cast):
    service = drifting.service
    service.visibility = "private"
    service.save()
    found = cast.client("stranger").get(f"/api/v1/apis/{service.slug}/versions/1.2.0").json()["drift"]
    assert [one["service"] for one in found] == [""]


def test_it_says_what_was_tried_in_vain(bank: Bank, cast: Cast):
    bank.source(owner=cast.team)
    bank.service("ledger", ready=0)
    bank.see()
    bank.look()
    client = cast.client("member")
    page = client.get(f"/discovery/services/{row('ledger').pk}/").content.decode()
    assert "No pod behind the Service is ready." in page
    assert "Not reachable" in client.get("/discovery/inbox/").content.decode()


def test_it_looks_again_at_once_when_somebody_asks(
    bank: Bank, cast: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
):
    nudges: list[int] = []
    monkeypatch.setattr("discovery.usecases.fetch_specification.nudge_fetching", lambda: nudges.append(1))
    bank.source(owner=cast.team)
    bank.service("ledger")
    bank.see()
    bank.look()
    number = row("ledger").pk
    SpecificationFetch.objects.update(checked_at=timezone.now() - timedelta(minutes=1))
    assert fetch("ledger").due_at > timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.client("member").post(f"/api/v1/discovered-services/{number}/fetch-specification")
    assert (answer.status_code, nudges) == (202, [1])
    assert fetch("ledger").due_at <= timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        cast.client("member").post(f"/discovery/services/{number}/fetch/")
    assert nudges == [1]
    assert AuditEvent.objects.filter(action="discovery.specification.asked").count() == 1


def test_asking_again_and_again_storms_no_service(bank: Bank, cast: Cast):
    bank.source(owner=cast.team)
    bank.service("ledger")
    bank.see()
    bank.look()
    client, number = cast.client("member"), row("ledger").pk
    for _ in range(3):
        assert client.post(f"/api/v1/discovered-services/{number}/fetch-specification").status_code == 202
    asked = fetch("ledger")
    assert asked.due_at == asked.checked_at + PAUSE
    assert AuditEvent.objects.filter(action="discovery.specification.asked").count() == 1


@pytest.mark.parametrize("change", [{"missing_since": "2026-01-01T00:00:00Z"}, {"standing": "ignored"}])
def test_it_does_not_look_for_what_is_not_there(bank: Bank, cast: Cast, change: dict[str, str]):
    bank.source(owner=cast.team)
    bank.service("ledger")
    bank.see()
    DiscoveredService.objects.update(**change)
    answer = cast.client("member").post(f"/api/v1/discovered-services/{row_id()}/fetch-specification")
    assert answer.status_code == 409
    assert not SpecificationFetch.objects.exists()


def row_id() -> int:
    return DiscoveredService.objects.values_list("pk", flat=True).get()


def test_a_rule_that_begins_to_publish_drafts_does_so_for_what_drifts_already(drifting: DiscoveredService, cast: Cast):
    rule = PublicationRule.objects.create(name="drafts")
    DiscoveredService.objects.filter(pk=drifting.pk).update(rule=rule)
    client = cast.client("administrator")
    asked = client.post(
        "/api/v1/publication-rules/drafts/preview", {"publishes_drafts": True}, content_type="application/json"
    )
    assert asked.json()["drafts"] == 1
    changed = client.patch(
        "/api/v1/publication-rules/drafts", {"publishes_drafts": True}, content_type="application/json"
    )
    assert changed.json()["publishes_drafts"] is True
    publish_specifications(now=timezone.now())
    found = client.get(f"/api/v1/discovered-services/{drifting.pk}").json()["specification"]["drift"]
    assert found["draft"] == "1.3.0"
    assert "drift as a draft version" in client.get("/discovery/rules/").content.decode()


def test_the_inbox_says_whether_anybody_looked_yet(bank: Bank, cast: Cast):
    bank.source(owner=cast.team)
    bank.service("quiet")
    bank.see()
    notice(timezone.now())
    client = cast.client("administrator")
    assert "Not looked for yet" in client.get("/discovery/inbox/").content.decode()
    bank.look()
    listed = client.get("/discovery/inbox/").content.decode()
    assert "Not looked for yet" not in listed
    assert row("quiet").fetch.outcome in ("not_found", "unreachable")
