"""Every component in Chromium: no policy violation, no script error, nothing wider than a phone."""

import copy
from collections.abc import Callable

import pytest
from django.conf import settings as portal_settings
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey


@pytest.fixture
def gallery(settings, live_server) -> str:
    templates = copy.deepcopy(portal_settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], portal_settings.BASE_DIR / "tests/web/templates"]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.web.gallery"
    return live_server.url


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (820, "light"), (390, "dark")])
def test_it_fits_the_window_and_breaks_no_policy(gallery, open_page: Callable[..., Page], width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)

    for address in ("/", "/home/", "/browse/?q=credit", "/browse/?q=nothing"):
        answer = page.goto(gallery + address)

        assert answer.status == 200
        expect(page.locator("html.has-script")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    canvas = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert canvas == {"light": "rgb(250, 251, 252)", "dark": "rgb(13, 15, 20)"}[scheme]


def test_it_shows_everything_without_scripts(gallery, open_page):
    page = open_page(java_script_enabled=False)

    page.goto(gallery)

    assert page.locator("#call-curl").is_visible()
    assert page.locator("#call-python").is_visible()
    assert page.locator(".copy-button:visible").count() == 0
    page.locator("summary.person").click()
    assert page.get_by_role("link", name="Audit").is_visible()


def test_it_takes_the_theme_of_the_cookie_and_changes_it_in_place(gallery, open_page):
    page = open_page(color_scheme="light")
    page.goto(gallery)
    page.locator("summary.person").click()

    page.get_by_role("button", name="Dark").click()

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 15, 20)"


def test_it_leads_from_a_finding_to_its_line(gallery, open_page):
    page = open_page()
    page.goto(gallery)

    page.get_by_role("link", name="Line 6:12").click()

    chosen = page.locator("#document").evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "nothing"


def test_it_opens_a_dialog_and_gives_the_focus_back(gallery, open_page):
    page = open_page()
    page.goto(gallery)
    page.get_by_role("link", name="Revoke key").click()

    assert page.locator("dialog[open]").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Revoke key"


def test_it_reaches_the_search_field_and_the_menus_by_keyboard(gallery, open_page):
    page = open_page()
    page.goto(gallery)

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.locator(".menu-new > summary").press("Enter")
    assert page.get_by_role("link", name="Publish a specification").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Publish a specification").is_visible()


def test_it_suggests_while_typing_and_opens_the_chosen_one(gallery, open_page):
    page = open_page()
    page.goto(gallery)
    field = page.locator("#search")

    field.press_sequentially("cred")
    page.get_by_role("option", name="Credit Check cred").wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "suggestion-2-1"
    field.press("Enter")

    page.wait_for_url("**/?chosen=op")


def test_it_closes_the_suggestions_on_escape_and_when_nothing_is_found(gallery, open_page):
    page = open_page()
    page.goto(gallery)
    field = page.locator("#search")
    field.press_sequentially("cred")
    page.locator(".suggestion").first.wait_for()

    field.press("Escape")
    assert page.locator("#search-suggestions").is_hidden()
    field.fill("nothing")
    expect(page.locator("#search-suggestions")).to_have_text("")
    assert field.get_attribute("aria-expanded") == "false"


def test_it_changes_filters_and_results_as_one_and_keeps_the_place(gallery, open_page):
    page = open_page()
    page.goto(f"{gallery}/browse/?q=credit")
    page.get_by_text("2 more").click()

    page.get_by_label("Shared platform").check()

    page.wait_for_url("**/browse/?*domain=0&domain=5*")
    expect(page.locator("#more-domain")).to_have_attribute("open", "")
    expect(page.locator("#domain-5")).to_be_focused()
    page.locator("#search").fill("nothing")
    page.get_by_text("Nothing matches “nothing”").first.wait_for()
    page.wait_for_url("**q=nothing*")


def test_it_sends_query_and_filters_together_without_scripts(gallery, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{gallery}/browse/?q=credit")
    page.locator("#domain-1").check()

    page.locator("#search").press("Enter")

    page.wait_for_url("**/browse/?*q=credit*")
    assert "domain=0&domain=1" in page.url


def test_it_opens_the_menu_of_a_phone_over_the_whole_page(gallery, open_page):
    page = open_page(viewport={"width": 390, "height": 700})
    page.goto(gallery)

    page.locator(".sheet > summary").click()

    box = page.locator(".sheet-list").bounding_box()
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 700)
    assert page.locator(".sheet-list").get_by_role("link", name="Browse").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".sheet-list").is_hidden()


def test_it_walks_through_results_with_the_arrows(gallery, open_page):
    page = open_page()
    page.goto(gallery)

    page.keyboard.press("j")
    page.keyboard.press("j")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "/o"
    assert page.locator(".is-current").count() == 1
