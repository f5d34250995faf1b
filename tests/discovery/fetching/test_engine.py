"""From a running service to its specification, through the API server of a cluster."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discovery.fetching.claim import claim
from discovery.fetching.due import notice
from discovery.fetching.looking import Looked
from discovery.fetching.store import store
from discovery.models import DiscoveredService, FetchOutcome, RunState, Source, SpecificationFetch, State
from tests.discovery.fetching.bank import LEDGER, Bank, fetch, open_bank, row, tried
from tests.factories.catalog import as_bytes, openapi


def test_it_finds_a_specification_at_a_well_known_path(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger", "/v3/api-docs", headers={"Set-Cookie": "a=b"})
    bank.see()
    assert bank.look().documents == 1
    found = row("ledger")
    assert found.fetch.outcome == FetchOutcome.FOUND
    assert found.fetch.place == found.specification_place == "service proxy http:ledger:8080/v3/api-docs"
    assert (found.specification.content, found.specification.media_type) == (LEDGER, "application/json")
    assert tried("ledger")["service proxy http:ledger:8080/openapi.json"] == "Answered 404."
    assert bank.paths("ledger")[:3] == ["/openapi.json", "/openapi.yaml", "/v3/api-docs"]


def test_it_asks_where_the_annotation_says_first(bank: Bank):
    bank.source()
    bank.service("ledger", annotations={"portico.io/spec-path": "docs/api.json"})
    bank.serve("ledger", "/docs/api.json")
    bank.serve("ledger", "/openapi.json")
    bank.see()
    bank.look()
    assert bank.paths("ledger") == ["/docs/api.json"]
    assert fetch("ledger").place.endswith("/docs/api.json")


def test_it_writes_nothing_of_the_row_again_while_nothing_changes(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    before = DiscoveredService.objects.filter(name="ledger").values().get()
    assert before["specification_id"] is not None
    run = bank.see()
    assert (run.state, run.counts["changed"]) == (RunState.COMPLETE, 0)
    assert bank.look().documents == 0
    assert fetch("ledger").outcome == FetchOutcome.UNCHANGED
    assert DiscoveredService.objects.filter(name="ledger").values().get() == before


def test_it_keeps_the_document_when_the_run_sees_another_observation(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    bank.service("ledger", version="2.0.0")
    assert bank.see().counts["changed"] == 1
    assert row("ledger").specification.content == LEDGER
    assert bank.see().counts["changed"] == 0


def test_it_says_what_changed_and_that_it_was_there_already(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    other = as_bytes(openapi("1.3.0", title="Ledger"))
    bank.serve("ledger", body=other)
    assert bank.look().documents == 1
    assert (fetch("ledger").outcome, row("ledger").specification.content) == (FetchOutcome.CHANGED, other)
    bank.look()
    assert fetch("ledger").outcome == FetchOutcome.UNCHANGED


def test_it_shows_the_etag_it_was_given_and_believes_a_304(bank: Bank):
    bank.source()
    bank.service("ledger")
    application = bank.serve("ledger", headers={"ETag": '"one"'})
    bank.see()
    bank.look()
    bank.serve("ledger", body=b"", status=304)
    bank.look()
    sent = application.received[-1].headers
    assert sent["If-None-Match"] == '"one"'
    assert not {"Cookie", "Authorization"} & sent.keys()
    found = fetch("ledger")
    assert (found.outcome, found.etag) == (FetchOutcome.UNCHANGED, '"one"')


def test_it_keeps_the_last_document_when_there_is_none_any_more_and_waits_longer_each_time(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    bank.forget("ledger")
    waits = []
    for _ in range(7):
        bank.look()
        found = fetch("ledger")
        waits.append(found.due_at - found.checked_at)
    assert (found.outcome, found.failures) == (FetchOutcome.NOT_FOUND, 7)
    assert waits[0] < timedelta(hours=1) < waits[1] * 2
    assert timedelta(hours=19) < waits[-1] <= timedelta(hours=24)
    assert row("ledger").specification.content == LEDGER


def test_it_looks_again_at_once_when_the_version_or_an_annotation_changed_and_not_for_replicas(bank: Bank):
    source = bank.source()
    bank.service("ledger")
    bank.see()
    bank.look()
    far = fetch("ledger").due_at
    bank.service("ledger", ready=0)
    bank.see()
    notice(timezone.now())
    assert fetch("ledger").due_at == far
    bank.service("ledger", version="1.2.0")
    bank.see()
    notice(timezone.now())
    assert fetch("ledger").due_at <= timezone.now()
    bank.look()
    assert fetch("ledger").failures == 1
    Source.objects.filter(pk=source.pk).update(revision=1)
    notice(timezone.now())
    assert fetch("ledger").due_at <= timezone.now()


def test_it_refuses_a_document_that_is_not_valid_and_says_where(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger", body=b'{"openapi":"3.1.0","info":{"title":"Ledger"},"paths":{}}')
    bank.serve("ledger", "/v3/api-docs")
    bank.see()
    bank.look()
    found = fetch("ledger")
    assert found.outcome == FetchOutcome.REFUSED
    assert "version" in found.note
    assert row("ledger").specification is None


@pytest.mark.parametrize("body", [b"<!doctype html><html></html>", b'{"status":"UP"}', b"[1]", b"plain text", b""])
def test_it_takes_nothing_else_for_a_specification(bank: Bank, body: bytes):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger", body=body)
    bank.serve("ledger", "/v3/api-docs")
    bank.see()
    bank.look()
    assert fetch("ledger").place.endswith("/v3/api-docs")


def test_it_follows_an_api_catalog_to_the_services_own_descriptions(bank: Bank):
    bank.source()
    bank.service("ledger")
    links = [
        {"href": "https://elsewhere.example/openapi.json"},
        {"href": "//elsewhere.example/openapi.json"},
        {"href": "../../../../../api/v1/secrets"},
        {"href": "/docs/v1.json", "type": "application/json"},
    ]
    catalog = as_bytes({"linkset": [{"anchor": "/", "service-desc": links}, "nonsense", {"service-desc": 3}]})
    bank.serve("ledger", "/.well-known/api-catalog", catalog, content_type="application/linkset+json")
    bank.serve("ledger", "/docs/v1.json")
    bank.see()
    bank.look()
    assert fetch("ledger").place.endswith("/docs/v1.json")
    assert bank.net.asked == []
    # Whatever the way upwards means, it is a path of the application and none of the cluster.
    assert not any(served.target.startswith("/api/v1/secrets") for served in bank.server.requests)
    assert "/api/v1/secrets" in bank.paths("ledger")


@pytest.mark.parametrize(
    "path",
    ["../../../../../api/v1/namespaces/payments/secrets", "/%2e%2e/%2e%2e/secrets", "/a/../../secrets", "/./x", "a\\b"],
)
def test_it_asks_no_path_that_leads_upwards(bank: Bank, path: str):
    bank.source()
    bank.service("ledger", annotations={"portico.io/spec-path": path})
    bank.see()
    bank.server.requests.clear()
    bank.look()
    assert tried("ledger")["annotation portico.io/spec-path"] == "It is neither an address nor a plain path."
    prefix = "/api/v1/namespaces/payments/services/http:ledger:8080/proxy/"
    asked = {served.target for served in bank.server.requests if "ledger" in served.target}
    assert len(asked) == 10
    assert all(target.startswith(prefix) and "secrets" not in target for target in asked)


def test_it_follows_no_redirect_through_the_api_server(bank: Bank):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger", status=302, headers={"Location": "/../../../../../../../api/v1/secrets"})
    bank.see()
    bank.server.requests.clear()
    bank.look()
    assert tried("ledger")["service proxy http:ledger:8080/openapi.json"].startswith("The answer redirects")
    assert not any("secrets" in served.target for served in bank.server.requests)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("refusing", "The pod does not listen at this port."),
        ("resetting", "The pod broke the connection off, as a sidecar does that asks for mTLS."),
    ],
)
def test_it_tells_apart_why_a_pod_is_not_reached_and_asks_once(bank: Bank, state: str, outcome: str):
    bank.source()
    bank.service("ledger")
    bank.cluster.applications.of("payments", "ledger").state = state
    bank.see()
    bank.look()
    assert tried("ledger") == {"service proxy http:ledger:8080/openapi.json": outcome}
    assert fetch("ledger").outcome == FetchOutcome.UNREACHABLE


def test_it_tells_apart_what_else_the_api_server_says(bank: Bank):
    bank.source()
    bank.service("asleep", ready=0)
    bank.service("alone", selector=None)
    bank.service("secure", ports=[{"name": "https", "port": 8443, "targetPort": 8443}])
    bank.see()
    bank.look()
    assert tried("asleep") == {"service proxy http:asleep:8080/openapi.json": "No pod behind the Service is ready."}
    assert tried("alone") == {
        "service proxy http:alone:8080/openapi.json": "The Service is not there, or has no endpoints."
    }
    assert tried("secure") == {"service proxy https:secure:8443/openapi.json": "The port does not speak TLS."}


def test_it_says_that_the_right_is_missing(bank: Bank):
    with open_bank(may_proxy=False) as other:
        other.source()
        other.service("ledger")
        other.see()
        other.look()
    assert fetch("ledger").outcome == FetchOutcome.NOT_ALLOWED
    assert list(tried("ledger").values()) == ["The identity may not get services/proxy."]


def test_it_asks_nothing_through_the_api_server_unless_told_to(bank: Bank):
    bank.source(fetch_through_api_server=False)
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    found = fetch("ledger")
    assert (found.outcome, found.tried, found.due_at) == (FetchOutcome.NOT_FOUND, [], None)
    assert bank.paths("ledger") == []


def test_it_leaves_alone_what_is_missing_ignored_or_of_a_paused_source(bank: Bank):
    bank.source()
    for name in ("gone", "ignored", "kept"):
        bank.service(name)
    bank.see()
    bank.look()
    DiscoveredService.objects.filter(name="gone").update(missing_since=timezone.now(), state=State.MISSING)
    DiscoveredService.objects.filter(name="ignored").update(standing="ignored", state=State.IGNORED)
    SpecificationFetch.objects.update(due_at=timezone.now())
    assert bank.look().count == 1
    Source.objects.update(is_paused=True)
    assert bank.look().count == 0


def test_it_lets_two_workers_share_and_one_of_them_die(bank: Bank):
    source = bank.source()
    for number in range(30):
        bank.service(f"service-{number:02}")
    bank.see()
    notice(timezone.now())
    SpecificationFetch.objects.update(due_at=timezone.now())
    first, second = claim(source.pk), claim(source.pk)
    assert (len(first), len(second)) == (20, 10)
    assert not {one.discovered_id for one in first} & {one.discovered_id for one in second}
    assert bank.look().count == 0
    SpecificationFetch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert bank.look().count == 30
    dead = first[0]
    late = DiscoveredService.objects.select_related("fetch").get(pk=dead.discovered_id)
    before = SpecificationFetch.objects.filter(pk=dead.discovered_id).values().get()
    assert not store(dead, late, 0, Looked(outcome=FetchOutcome.FOUND, document=LEDGER), timezone.now())
    assert SpecificationFetch.objects.filter(pk=dead.discovered_id).values().get() == before
