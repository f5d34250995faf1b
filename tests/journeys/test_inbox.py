"""The inbox in Chromium: by keyboard, in the row, with the pointer, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from discovery.models import DiscoveredService, State
from tests.factories.discovery import make_discovered, make_observation, make_source
from tests.journeys.people import signed_in
from tests.personas import Cast, assemble

pytestmark = pytest.mark.journey

LONG = "household-affordability-and-creditworthiness-assessment-" * 3


@pytest.fixture
def cast(transactional_db) -> Cast:
    return assemble()


@pytest.fixture
def found(cast) -> list[DiscoveredService]:
    """Six new services, in the order the inbox shows them; the last one has no owner."""
    source = make_source("prod", owner=cast.team)
    owners = [None, *[cast.team] * 5]
    rows = [make_discovered(source, name=f"service-{6 - n}", proposed_owner=owner) for n, owner in enumerate(owners)]
    return rows[::-1]


def standing(row: DiscoveredService) -> str:
    row.refresh_from_db()
    return row.state


def selected(page: Page) -> list[str]:
    return page.locator("[data-row]:has([data-select]:checked) .name").all_inner_texts()


def test_it_is_worked_through_by_keyboard(open_page, live_server, cast, found):
    page = signed_in(open_page(), live_server, "member")
    page.goto(f"{live_server.url}/discovery/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selected-words]")).to_have_text("2 selected")
    page.keyboard.press("p")

    expect(page.locator(".toast-words").first).to_contain_text("2 services are published")
    expect(page.locator("[data-row]")).to_have_count(4)
    expect(page.locator(".inbox-tabs [aria-current] .count")).to_have_text("4")
    expect(page.get_by_role("link", name="service-4", exact=True)).to_be_focused()

    page.keyboard.press("i")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Not ours")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(3)
    assert [standing(row) for row in found] == ["published", "published", "new", "ignored", "new", "new"]


def test_it_selects_ranges_and_edits_in_the_row(open_page, live_server, cast, found):
    page = signed_in(open_page(), live_server, "member")
    page.goto(f"{live_server.url}/discovery/inbox/")
    boxes = page.locator("[data-select]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert selected(page) == ["service-2", "service-3", "service-4"]

    page.get_by_role("link", name="Payments").first.click()
    page.get_by_label("Kind").select_option("monolith")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".toast-words").first).to_contain_text("service-1 is changed")
    # The selection comes back a moment after the new list, and the toast with it.
    expect(page.locator("[data-selected-words]")).to_have_text("3 selected")
    assert selected(page) == ["service-2", "service-3", "service-4"]
    assert DiscoveredService.objects.get(name="service-1").chosen == {"kind": "monolith"}


def test_it_asks_before_it_publishes_without_owner_and_takes_it_back(open_page, live_server, cast, found):
    page = signed_in(open_page(), live_server, "administrator")
    page.goto(f"{live_server.url}/discovery/inbox/?owner=none")
    page.locator("[data-select-page]").check()
    page.get_by_role("button", name="Publish 1").click()
    page.get_by_label("Publish without owner").check()
    page.get_by_role("dialog").get_by_role("button", name="Publish 1").click()
    expect(page.locator(".toast-words").first).to_contain_text("service-6 is published")
    assert standing(found[5]) == State.PUBLISHED

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast-words").first).to_contain_text("service-6 is back in the inbox")
    assert standing(found[5]) == State.NEW


def test_it_works_without_scripts(open_page, live_server, cast, found):
    page = signed_in(open_page(java_script_enabled=False), live_server, "member")
    page.goto(f"{live_server.url}/discovery/inbox/")
    page.get_by_label("Select service-2").check()
    page.get_by_label("Select service-3").check()
    page.locator("#bulk").get_by_role("button", name="Ignore").click()
    page.get_by_label("Reason").fill("Not ours")
    page.get_by_role("button", name="Ignore 2").click()

    assert [standing(row) for row in found] == ["new", "ignored", "ignored", "new", "new", "new"]


@pytest.mark.parametrize("width", [390, 1100, 1440])
def test_it_fits_the_window(open_page, live_server, cast, found, width):
    reasons = {"owner": LONG, "domain": LONG}
    told = {"specification_outcome": "refused", "specification_place": LONG, "specification_note": LONG}
    long = make_observation(LONG[:150], LONG[:150], uid="long")
    make_discovered(found[0].source, seen=long, reasons=reasons, **told)
    page = signed_in(open_page(viewport={"width": width, "height": 800}), live_server, "member")

    for path in ("/discovery/inbox/", "/discovery/unowned/", f"/discovery/services/{found[0].pk}/"):
        page.goto(f"{live_server.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
