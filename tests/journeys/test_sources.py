"""Sources in Chromium: adding one, following its run in place, deciding a loss, and all of it without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role
from catalog.models import Environment
from discovery.connectors.base import Problem
from discovery.models import Run, Source
from tests.factories.accounts import make_team, make_user
from tests.factories.discovery import make_discovered, make_failed_run, make_held_run, make_run, make_source
from tests.journeys.people import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

FILE = {"name": "shelf.txt", "mimeType": "text/plain", "buffer": b"ledger cards"}


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.PORTICO_CONNECTORS = ("tests.fakes.shelf.Shelf",)
    settings.PORTICO_SECRETS_KEYS = ["a key of this test"]
    make_user("administrator", role=Role.ADMINISTRATOR)
    Environment.objects.create(slug="production", title="Production")


def fill_form(page: Page) -> None:
    page.get_by_role("link", name="Shelf").click()
    page.get_by_label("Name", exact=True).fill("prod-eu-1")
    page.get_by_label("Cluster").fill("eu-1")
    page.get_by_label("Token").fill("a token")
    page.get_by_label("Upload").set_input_files(FILE)


def test_it_leads_from_the_menu_to_a_source_whose_run_it_follows(live_server, open_page):
    page = signed_in(open_page(), live_server)
    page.locator(".menu-new summary").click()
    page.get_by_role("link", name="Add a source").first.click()
    fill_form(page)

    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#checked")).to_contain_text("2 services.")
    # Nothing that was typed is gone.
    expect(page.get_by_label("Token")).to_have_value("a token")
    page.get_by_role("button", name="Add source").click()
    page.get_by_role("heading", name="prod-eu-1").wait_for()
    expect(page.locator("#run-state")).to_have_text("Queued")

    page.evaluate("window.isTheSamePage = true")
    run = Run.objects.filter(source__name="prod-eu-1")
    phases = [{"name": "Read", "state": "running", "count": 1, "total": 2}]
    run.update(state="running", started_at=timezone.now(), heartbeat_at=timezone.now(), phases=phases)
    expect(page.locator(".phase-words")).to_have_text("1 of 2")
    expect(page.locator("#run-said")).to_have_text("Read, 1 of 2.")
    link = page.locator("#run-panel-link")
    link.focus()

    run.update(state="complete", finished_at=timezone.now(), counts={"observed": 2, "new": 2})
    Source.objects.update(last_run=run.get())
    expect(page.locator("#run-panel")).to_contain_text("2 new")
    expect(page.locator("#run-state")).to_have_text("Complete")
    expect(link).to_be_focused()
    expect(page.get_by_role("button", name="Run now")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")
    # The run has ended, and so has the asking.
    assert page.locator("#run-panel").get_attribute("hx-get") is None


def test_a_loss_is_decided_with_the_keyboard(live_server, open_page):
    source = make_source("prod-eu-1", kind="shelf")
    make_held_run(source, count=1, of=2)
    make_discovered(source, hold="held")
    page = signed_in(open_page(), live_server)
    page.goto(f"{live_server.url}/discovery/")
    page.get_by_role("link", name="Decide").press("Enter")

    notice = page.get_by_role("region", name="1 of 2 services would go")
    expect(notice).to_contain_text("1 of 2 services in prod-eu-1 become missing")
    notice.get_by_role("button", name="Confirm").press("Enter")
    expect(page.locator(".toast-words")).to_contain_text("The loss is confirmed")
    expect(page.locator(".inbox-tabs")).to_contain_text("Missing1")


def test_it_works_without_scripts_on_a_phone(live_server, open_page):
    page = signed_in(open_page(java_script_enabled=False, viewport={"width": 390, "height": 844}), live_server)
    page.goto(f"{live_server.url}/discovery/")
    page.get_by_role("link", name="Add source").click()
    fill_form(page)
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#checked")).to_contain_text("Type secrets and choose files again")
    expect(page.get_by_label("Cluster")).to_have_value("eu-1")
    page.get_by_role("button", name="Add source").click()
    page.get_by_role("heading", name="prod-eu-1").wait_for()
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()

    held = make_held_run(make_source("staging", kind="shelf"), count=2, of=3)
    page.goto(f"{live_server.url}/discovery/sources/staging/")
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("heading", name="staging").wait_for()
    held.refresh_from_db()
    assert held.hold == "rejected"


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_leaves_the_page_however_long_the_names_are(live_server, open_page, width):
    team = make_team("t" * 100, title="Team " + "W" * 195)
    source = make_source("n" * 100, kind="shelf", owner=team, is_paused=True)
    word = "W" * 200
    make_run(source, "partial", problems=[Problem("c" * 50, word, "error", "p" * 400, 10_000, 99_999)] * 2)
    make_failed_run(source, error_message=word, error_hint=word, started_by=word[:150])
    make_run(source, "running", phases=[{"name": word[:100], "state": "running", "count": 10**9, "total": 10**10}] * 12)
    make_held_run(make_source("m" * 100, kind=word[:50], due_at=timezone.now() + timedelta(days=400)), count=10**9)
    page = signed_in(open_page(viewport={"width": width, "height": 844}), live_server)
    base = f"/discovery/sources/{source.name}/"

    pages = ["/discovery/", base, f"/discovery/sources/{'m' * 100}/", f"{base}edit/", f"{base}runs/"]
    pages += [*(f"{base}runs/{number}/" for number in (1, 2, 3)), "/discovery/add-source/?kind=shelf"]
    for url in pages:
        page.goto(f"{live_server.url}{url}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
