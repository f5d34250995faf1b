"""Discovery from end to end in Chromium: manifests are uploaded, a worker in a process of its own reads them, people
decide, and later runs keep what they decided. Connector, worker, broker folder and database are the real ones."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import current_app
from playwright.sync_api import Page, expect

from accounts.models import AuditEvent
from catalog.models import Environment, Operation
from discovery.models import DiscoveredService, Rejudging, Run, Source
from tests.journeys.people import signed_in
from tests.personas import Cast, assemble
from tests.workers import Workers, database_url, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

QUEUES = "discovery,portico"
KEY = "a-key-of-this-test"
PAYMENTS = {"portico.io/owner": "payments"}
#: What runs at first: a namespace for the rule, two services that name their owner, and one that nobody wants.
FIRST = {
    "cards/limits.yaml": {"name": "card-limits", "namespace": "cards"},
    "cards/disputes.yaml": {"name": "card-disputes", "namespace": "cards"},
    "core/ledger.yaml": {"name": "ledger", "namespace": "core", "annotations": PAYMENTS},
    "core/statements.yaml": {"name": "statements", "namespace": "core", "annotations": PAYMENTS},
    "core/echo.yaml": {"name": "echo", "namespace": "core", "annotations": PAYMENTS},
}
#: Later the statements are gone, and what was ignored runs in a newer version.
LATER = {
    **{path: seen for path, seen in FIRST.items() if path != "core/statements.yaml"},
    "core/echo.yaml": {**FIRST["core/echo.yaml"], "version": "2.0.0"},
}
SPECIFICATION = b"""openapi: 3.0.3
info: {title: Ledger, version: 1.0.0}
paths:
  /postings:
    get:
      operationId: listPostings
      summary: List the postings of a day
      responses: {"200": {description: The postings}}
"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    Environment.objects.create(slug="production", title="Production")
    return assemble()


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Workers]:
    """Workers that hear what the live server sends and open what it seals: broker folder and key are this test's."""
    settings.PORTICO_SECRETS_KEYS = [KEY]
    monkeypatch.setenv("PORTICO_SECRETS_KEY", KEY)
    folder = {"folder": str(tmp_path / "broker")}
    monkeypatch.setitem(current_app.conf, "broker_transport_options", folder)
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    workers = Workers(tmp_path, QUEUES)
    yield workers
    workers.end()


def service(*, name: str, namespace: str, annotations: Mapping[str, str] | None = None, version: str = "1.0.0") -> str:
    """A Service of Kubernetes and the Deployment behind it."""
    said = "".join(f'\n    {key}: "{value}"' for key, value in (annotations or {}).items())
    metadata = f"metadata:\n  name: {name}\n  namespace: {namespace}" + (f"\n  annotations:{said}" if said else "")
    return f"""apiVersion: v1
kind: Service
{metadata}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 8080, name: http}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: "registry.example/{name}:{version}"}}]}}
"""


def upload(seen: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The zip archive of these manifests, as a person chooses it; the ledger has its specification beside it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, about in seen.items():
            archive.writestr(path, service(**about))
        archive.writestr("core/ledger.openapi.yaml", SPECIFICATION)
    return {"name": "prod-eu-1.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}


def in_inbox() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "state"))


def is_judged() -> bool:
    return not Rejudging.objects.exists()


def follows_to_the_end(page: Page) -> None:
    """The page of a source says that its run is complete without having been loaded again, and then shows it."""
    expect(page.locator("#run-state")).to_have_text("Complete", timeout=30_000)
    page.get_by_role("link", name="Show what it brought").click()
    expect(page.get_by_role("button", name="Run now")).to_be_visible()


def add_source(page: Page) -> None:
    page.locator(".menu-new summary").click()
    page.get_by_role("link", name="Add a source").first.click()
    page.get_by_role("link", name="Kubernetes manifests").click()
    page.get_by_label("Name", exact=True).fill("prod-eu-1")
    page.get_by_label("Upload").set_input_files(upload(FIRST))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#checked")).to_contain_text("5 × Service")
    assert Source.objects.count() == 0
    page.get_by_role("button", name="Add source").click()
    expect(page.locator("#run-state")).to_have_text("Queued")


def watch_first_run(page: Page, workers: Workers) -> None:
    """The run is held up where it would write, so that the page is seen to follow it."""
    page.evaluate("window.isTheSamePage = true")
    source = Source.objects.get()
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"discovery.source:{source.pk}"])
        workers.start()
        expect(page.locator("#run-state")).to_have_text("Running", timeout=30_000)
        expect(page.locator(".phase-done").first).to_be_visible()
        assert in_inbox() == {}
    expect(page.locator("#run-panel")).to_contain_text("5 new", timeout=30_000)
    expect(page.locator("#run-state")).to_have_text("Complete")
    names = ["card-disputes", "card-limits", "echo", "ledger", "statements"]
    expect(page.locator("[data-row] .name")).to_have_text(names)
    expect(page.get_by_role("button", name="Run now")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")


def publish_by_rule(page: Page, site: str) -> None:
    """What the rule would do is counted while it is typed; saved, it is applied to what is there."""
    page.goto(f"{site}/discovery/rules/")
    page.get_by_role("link", name="Add rule").first.click()
    page.get_by_label("Name", exact=True).fill("cards")
    page.get_by_label("Namespaces").fill("car*")
    page.get_by_label("Owner").select_option(label="Lending")
    preview = page.locator("#rule-preview")
    expect(preview).to_contain_text("Would publish 2")
    page.get_by_label("Then").select_option(label="Ignore")
    expect(preview).to_contain_text("Would ignore 2")
    page.get_by_label("Then").select_option(label="Publish to the catalog")
    expect(preview).to_contain_text("Would publish 2")
    assert set(in_inbox().values()) == {"new"}
    page.get_by_role("button", name="Add rule").click()
    page.wait_for_url("**/discovery/rules/**")
    wait_until(lambda: is_judged() and in_inbox()["card-limits"] == "published")


def publish_the_rest(page: Page, site: str) -> None:
    """By keyboard alone: one is ignored with a reason, and what is left is published together."""
    page.goto(f"{site}/discovery/inbox/")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.get_by_role("link", name="echo", exact=True).focus()
    page.keyboard.press("i")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Only for tests of the network")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(2)
    for name in ("ledger", "statements"):
        page.get_by_role("link", name=name, exact=True).focus()
        page.keyboard.press("x")
    expect(page.locator("[data-selected-words]")).to_have_text("2 selected")
    page.keyboard.press("p")
    expect(page.locator(".toast-words").last).to_contain_text("2 services are published")
    expect(page.locator("#inbox")).to_contain_text("Nothing new")


def find_as_owner(page: Page) -> None:
    """A member of the team that owns it finds the service and, once a worker has read it, its operation."""
    page.keyboard.press("/")
    page.keyboard.type("ledger")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="ledger", exact=True).first.click()
    page.get_by_role("heading", name="ledger", exact=True).wait_for()
    for words in ("Where it runs", "prod-eu-1", "Payments"):
        expect(page.get_by_role("main")).to_contain_text(words)
    wait_until(lambda: Operation.objects.filter(operation_id="listPostings").exists())
    page.keyboard.press("/")
    page.keyboard.type("postings of a day")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("List the postings of a day")


def run_again(page: Page, site: str) -> None:
    """The second run of the same finds no change, writes no row and leaves no event but that it was started."""
    before = list(DiscoveredService.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    page.goto(f"{site}/discovery/sources/prod-eu-1/")
    page.get_by_role("button", name="Run now").click()
    follows_to_the_end(page)
    expect(page.locator("#run-panel")).to_contain_text("no change")
    assert list(DiscoveredService.objects.order_by("pk").values()) == before
    assert [event.action for event in AuditEvent.objects.order_by("pk")[events:]] == ["discovery.run.queued"]


def upload_again(page: Page) -> None:
    """A newer archive makes a run of its own: what is not in it is missing, what was ignored stays so."""
    page.get_by_role("link", name="Configure").click()
    page.locator("input[type=file]").set_input_files(upload(LATER))
    page.get_by_role("button", name="Save").click()
    follows_to_the_end(page)
    expect(page.locator("#run-panel")).to_contain_text("1 missing")
    page.locator(".inbox-tabs").get_by_role("link", name="Missing").click()
    expect(page.locator("[data-row] .name")).to_have_text(["statements"])
    page.locator(".inbox-tabs").get_by_role("link", name="Ignored").click()
    expect(page.locator("[data-row] .name")).to_have_text(["echo"])
    expect(page.locator("[data-row]")).to_contain_text("Only for tests of the network")


def test_manifests_become_services_that_their_owners_find(
    live_server: Any, open_page: Callable[..., Page], cast: Cast, workers: Workers
) -> None:
    page = signed_in(open_page(), live_server)
    add_source(page)
    watch_first_run(page, workers)
    publish_by_rule(page, live_server.url)
    publish_the_rest(page, live_server.url)

    owner = signed_in(open_page(), live_server, "member")
    find_as_owner(owner)

    run_again(page, live_server.url)
    upload_again(page)
    assert in_inbox() == {
        "card-limits": "published",
        "card-disputes": "published",
        "ledger": "published",
        "statements": "missing",
        "echo": "ignored",
    }
    assert set(Run.objects.values_list("number", "state")) == {(1, "complete"), (2, "complete"), (3, "complete")}
