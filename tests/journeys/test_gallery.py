"""Every component in Chromium: no policy violation, no script error, nothing wider than a phone."""

import copy
from collections.abc import Callable

import pytest
from django.conf import settings as portal_settings
from playwright.sync_api import Page

pytestmark = pytest.mark.journey


@pytest.fixture
def gallery(settings, live_server) -> str:
    templates = copy.deepcopy(portal_settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], portal_settings.BASE_DIR / "tests/web/templates"]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.web.gallery"
    return live_server.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 820, 390])
def test_it_fits_the_window_and_breaks_no_policy(gallery, open_page: Callable[..., Page], width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)

    answer = page.goto(gallery)

    assert answer.status == 200
    page.wait_for_function("document.documentElement.classList.contains('has-script')")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    canvas = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert canvas == {"light": "rgb(250, 251, 252)", "dark": "rgb(13, 15, 20)"}[scheme]


def test_it_shows_everything_without_scripts(gallery, open_page):
    page = open_page(java_script_enabled=False)

    page.goto(gallery)

    assert page.locator("#call-curl").is_visible()
    assert page.locator("#call-python").is_visible()
    assert page.locator(".copy-button:visible").count() == 0
    page.locator(".menu-person > summary").click()
    assert page.get_by_role("link", name="Audit").is_visible()


def test_it_takes_the_theme_of_the_cookie_and_changes_it_in_place(gallery, open_page):
    page = open_page(color_scheme="light")
    page.goto(gallery)
    page.locator(".menu-person > summary").click()

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


def test_it_walks_through_results_with_the_arrows(gallery, open_page):
    page = open_page()
    page.goto(gallery)

    page.keyboard.press("j")
    page.keyboard.press("j")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "/o"
    assert page.locator(".is-current").count() == 1
