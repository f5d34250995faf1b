"""A private API of others in Chromium: not listed, found, suggested or counted, and not known of by address."""

import pytest
from playwright.sync_api import Page, expect

from catalog.search import words
from tests.factories.catalog import make_api, make_domain, make_service
from tests.journeys.people import signed_in
from tests.personas import assemble

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SECRET = "zanzibar"


@pytest.fixture
def _catalog(db: None) -> None:
    cast = assemble()
    make_domain("cards")
    make_api("open", owner=cast.team, domain="cards", visibility="public")
    make_api(SECRET, owner=cast.team, domain="cards", tags=[SECRET], visibility="private", title=SECRET.capitalize())
    make_service("core", owner=cast.team, provides=["open", SECRET], visibility="public")
    words.refresh()


def suggested(page: Page, typed: str) -> str:
    """What the search field is answered while somebody types."""
    page.keyboard.press("/")
    with page.expect_response(lambda response: "/suggest/" in response.url and typed in response.url) as answer:
        page.keyboard.type(typed)
    return answer.value.text().lower()


def answered(page: Page, live_server, path: str) -> dict:
    answer = page.request.get(f"{live_server.url}/api/v1/{path}")
    assert answer.status == 200, path
    return answer.json()


@pytest.mark.parametrize(("username", "knows"), [("member", True), ("stranger", False)])
def test_only_its_own_people_see_or_count_it_on_pages(_catalog, live_server, open_page, username, knows):
    page = signed_in(open_page(), live_server, username)

    page.goto(f"{live_server.url}/browse/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{3 if knows else 2} APIs and services")
    assert (SECRET in page.content().lower()) is knows
    domain = page.locator("label", has=page.get_by_role("checkbox", name="Cards"))
    expect(domain.locator(".facet-count")).to_have_text("2" if knows else "1")
    assert page.get_by_role("checkbox", name=SECRET).count() == knows

    page.goto(f"{live_server.url}/browse/?q={SECRET}")
    assert (page.locator(".results > li").count() > 0) is knows
    page.goto(live_server.url)
    assert (SECRET in suggested(page, SECRET[:5])) is knows
    for path in ("/", "/services/core/", "/domains/cards/", "/teams/payments/entries/"):
        assert page.goto(live_server.url + path).status == 200
        assert (SECRET in page.content().lower()) is knows, path
    assert page.goto(f"{live_server.url}/apis/{SECRET}/").status == (200 if knows else 404)


@pytest.mark.parametrize(("username", "knows"), [("member", True), ("stranger", False)])
def test_only_its_own_people_see_or_count_it_through_rest(_catalog, live_server, open_page, username, knows):
    page = signed_in(open_page(), live_server, username)

    listed = answered(page, live_server, "apis?facets=true")
    found = answered(page, live_server, f"search?q={SECRET}&facets=true")

    assert [api["slug"] for api in listed["results"]] == (["open", SECRET] if knows else ["open"])
    assert listed["count"] == (2 if knows else 1)
    assert (SECRET in str(listed["facets"])) is knows
    assert (found["count"] > 0) is knows
    assert (SECRET in str(answered(page, live_server, "services/core"))) is knows
    assert page.request.get(f"{live_server.url}/api/v1/apis/{SECRET}").status == (200 if knows else 404)
