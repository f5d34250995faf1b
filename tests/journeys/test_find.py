"""Finding one operation with the keyboard, while the page behind the field keeps up."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from catalog.search import words
from tests.factories.accounts import make_team, make_user
from tests.factories.catalog import make_api, make_domain, make_service, openapi, publish
from tests.journeys.people import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SCORES = {
    f"/{path}": {"get": {"operationId": name, "summary": summary, "responses": {"200": {"description": "Done"}}}}
    for path, name, summary in (
        ("customers/score", "getCreditScore", "Get the credit score of a customer"),
        ("customers/score/history", "listCreditScores", "Credit score over time"),
        ("scores/batch", "scoreBatch", "Credit score of up to 500 customers"),
        ("scores/reasons", "listReasons", "Reasons behind a credit score"),
        ("scores/bands", "listBands", "Bands of the credit score"),
    )
}


@pytest.fixture
def bank(db: None) -> None:
    make_domain("mortgage")
    lending = make_team("lending", title="Lending")
    document = openapi("2.3.0", title="Credit Check", paths=SCORES)
    publish(
        "credit-check", "2.3.0", document=document, owner="lending", title="Credit Check", domain="mortgage",
        description="The credit score of customers.", visibility="public",
    )  # fmt: skip
    make_api("instant-payments", owner=lending, title="Instant Payments", visibility="public")
    make_api("secret-credit", owner=make_team("risk"), title="Secret credit score", visibility="private")
    make_service("score-model", owner=lending, title="score-model", visibility="public")
    words.refresh()


def address(page: Page) -> str:
    return page.evaluate("location.search")


def test_a_misspelt_word_leads_to_the_operation_by_keyboard(bank, live_server, open_page: Callable[..., Page]):
    page = open_page()
    page.goto(live_server.url)
    page.keyboard.press("/")
    page.keyboard.type("credt scor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("6 results for “credit score”")
    expect(page.get_by_text("Nothing matches “credt scor” exactly.")).to_be_visible()
    expect(page.locator("mark", has_text="credit score").first).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".is-current")).to_contain_text("/customers/score/history")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Credit score over time")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("6 results for “credit score”")
    page.get_by_role("link", name="Search only for “credt scor”").click()
    expect(page.get_by_text("Nothing matches “credt scor”")).to_be_visible()


def test_results_counts_and_address_change_as_one_while_typing(bank, live_server, open_page):
    page = open_page()
    page.goto(f"{live_server.url}/browse/")
    expect(page.get_by_role("heading", level=1)).to_have_text("3 APIs and services")
    page.evaluate("window.sameDocument = true")

    page.keyboard.press("/")
    page.keyboard.type("credit")
    expect(page.get_by_role("heading", level=1)).to_have_text("6 results for “credit”")
    assert address(page) == "?q=credit"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    current = page.locator(".is-current")
    expect(current).to_contain_text("Credit score over time")
    before = current.inner_text()

    page.get_by_role("checkbox", name="Mortgage").check()
    expect(page.get_by_text("Domain: Mortgage")).to_be_visible()
    assert address(page) == "?q=credit&domain=mortgage"
    assert current.inner_text() == before
    page.locator("#kind-api").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 result for “credit”")

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("6 results for “credit”")
    expect(page.get_by_role("checkbox", name="Mortgage")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("checkbox", name="Mortgage")).not_to_be_checked()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 APIs and services")
    expect(page.get_by_role("searchbox")).to_have_value("")
    assert page.evaluate("window.sameDocument")


def test_more_operations_lead_to_the_same_words_within_that_api(bank, live_server, open_page):
    page = open_page()
    page.goto(f"{live_server.url}/browse/?q=credit+score")

    page.get_by_role("link", name="2 more operations match").click()

    expect(page.get_by_text("API: Credit Check")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 results for “credit score”")
    assert page.locator(".results > li").count() == 5
    page.keyboard.press("f")
    expect(page.locator("#filters input[type=checkbox]").first).to_be_focused()
    page.get_by_role("link", name=re.compile("API: Credit Check")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 results for “credit score”")
    expect(page.get_by_text("Kind: Operation")).to_be_visible()


def test_it_filters_in_a_sheet_on_a_phone_and_without_scripts(bank, live_server, open_page):
    page = open_page(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page.goto(f"{live_server.url}/browse/?q=score")
    assert page.get_by_role("checkbox", name="Mortgage").is_hidden()

    page.locator("summary", has_text="Filters").click()
    page.get_by_role("checkbox", name="Mortgage").check()
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_text("Domain: Mortgage")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("6 results for “score”")
    assert page.locator(".results > li").count() == 1


def test_the_sheet_on_a_phone_says_what_it_leaves_and_closes(bank, live_server, open_page):
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(f"{live_server.url}/browse/?q=score")
    filters = page.locator("summary", has_text="Filters")
    filters.click()
    page.get_by_role("checkbox", name="Mortgage").check()

    show = page.get_by_role("button", name="Show 6 results")
    expect(show).to_be_in_viewport()
    show.click()

    expect(page.get_by_role("checkbox", name="Mortgage")).to_be_hidden()
    expect(filters).to_be_in_viewport()


def test_it_suggests_while_typing_only_what_the_reader_may_know_of(bank, live_server, open_page):
    make_user("jane")
    page = signed_in(open_page(), live_server, "jane")
    page.goto(live_server.url)
    page.keyboard.press("/")
    page.keyboard.type("credit")

    suggestions = page.get_by_role("listbox")
    expect(suggestions).to_contain_text("Credit Check")
    expect(suggestions).not_to_contain_text("Secret")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Credit Check")
