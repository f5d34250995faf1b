"""The catalog's pages in Chromium: no policy violation, nothing wider than a phone, and what scripts add."""

import pytest
from playwright.sync_api import expect

from tests.factories.catalog import make_api, make_domain, make_environment, make_service, openapi, publish
from tests.journeys.people import signed_in
from tests.personas import Cast, assemble

pytestmark = pytest.mark.journey

LONG_WORD = "RetrieveTheCreditworthinessAssessmentOfAHousehold" * 4
BROKEN = 'openapi: 3.1.0\ninfo:\n  title: Credit Check\n  version: "2.3.0"\npaths:\n  /scores: nothing\n'
PATHS = [
    "/apis/payments/",
    "/apis/payments/operations/",
    "/apis/payments/operations/getPayment/",
    "/apis/payments/versions/",
    "/apis/payments/docs/",
    "/apis/payments/instances/",
    "/apis/payments/edit/",
    "/apis/payments/versions/1.0.0/edit/",
    "/apis/payments/versions/1.0.0/instances/",
    "/apis/wide/",
    "/apis/wide/operations/",
    "/services/ledger/",
    "/domains/cards/",
    "/publish/",
    "/administration/domains/",
]


@pytest.fixture
def catalog(transactional_db) -> Cast:
    cast = assemble()
    make_environment("production", position=0)
    make_domain("cards")
    instances = [{"environment": "production", "url": f"https://{'pay.' * 20}example.com/{LONG_WORD}"}]
    docs = f'# Start\n\n{LONG_WORD}\n\n```json\n{{"{LONG_WORD}": 1}}\n```'
    publish("payments", document=_document(), owner=cast.team.slug, domain="cards", docs=docs, instances=instances)
    wide = openapi(title=LONG_WORD)
    wide["paths"] = {
        f"/{LONG_WORD}/{{{LONG_WORD}}}": {
            "delete": {
                "operationId": LONG_WORD,
                "summary": LONG_WORD,
                "tags": [LONG_WORD],
                "parameters": [{"name": LONG_WORD, "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"204": {"description": LONG_WORD}},
            }
        }
    }
    publish("wide", document=wide, owner=cast.team.slug)
    make_service("ledger", owner=cast.team, title=LONG_WORD, provides=["payments"], domain="cards")
    make_api("extra", owner=cast.team)
    return cast


def _document() -> dict:
    document = openapi()
    schema = document["components"]["schemas"]["Payment"]
    schema["properties"]["source"] = {
        "oneOf": [
            {"type": "object", "title": "Card", "properties": {"number": {"type": "string"}}},
            {"type": "object", "title": "Account", "properties": {"iban": {"type": "string"}}},
        ]
    }
    level = {"type": "object", "properties": {"deepest": {"type": "string", "description": "Far inside."}}}
    schema["properties"]["outer"] = {"type": "object", "properties": {"inner": level}}
    get = document["paths"]["/payments/{payment_id}"]["get"]
    get["responses"]["404"] = {"description": "There is no such payment."}
    get["description"] = "![picture](https://elsewhere.example/picture.png)"
    document["paths"]["/refunds"] = {"post": {**get, "operationId": "refund", "summary": "Refund", "parameters": []}}
    return document


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_they_fit_the_window_and_break_no_policy(catalog, live_server, open_page, width, scheme):
    page = signed_in(open_page(viewport={"width": width, "height": 900}, color_scheme=scheme), live_server)

    for path in PATHS:
        assert page.goto(live_server.url + path).status == 200, path
        expect(page.locator("html.has-script")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_swagger_ui_reads_our_copy_and_nothing_else(catalog, live_server, open_page):
    page = signed_in(open_page(), live_server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{live_server.url}/apis/payments/versions/1.0.0/swagger/")
    page.get_by_text("Read a payment").click()

    expect(page.locator(".opblock-body")).to_be_visible()
    assert page.get_by_role("button", name="Try it out").count() == 0
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_a_finding_leads_to_its_line_and_what_was_mended_there_is_published(catalog, live_server, open_page):
    page = signed_in(open_page(), live_server, "member")
    page.goto(f"{live_server.url}/publish/")
    page.locator("#id_document").fill(BROKEN)
    page.locator("#id_name").fill("credit-check")
    page.get_by_role("button", name="Check").click()

    page.locator("[data-jump-to]").first.click()

    chosen = page.locator("#id_document").evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "/scores: nothing"
    page.keyboard.type("/scores: {get: {summary: All scores, responses: {'200': {description: Done}}}}")
    page.get_by_role("button", name="Publish").click()
    expect(page).to_have_url(f"{live_server.url}/apis/credit-check/versions/2.3.0/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Credit Check")
    expect(page.get_by_text("All scores").first).to_be_visible()


def test_an_operation_is_read_by_keyboard_and_by_the_name_of_a_field(catalog, live_server, open_page):
    page = signed_in(open_page(), live_server, "viewer")
    address = f"{live_server.url}/apis/payments/operations/getPayment/"
    page.goto(address)
    assert not page.get_by_text("Far inside.").first.is_visible()
    assert not page.locator("#response-404").is_visible()

    page.get_by_role("tab", name="404").click()
    expect(page.get_by_text("There is no such payment.")).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{address}#response-200-body-1.outer.inner.deepest")
    expect(page.get_by_text("Far inside.").first).to_be_visible()

    page.get_by_role("tab", name="Account").click()
    expect(page.get_by_text("iban").first).to_be_visible()
    assert not page.get_by_text("number", exact=True).first.is_visible()
    page.locator("body").press("]")
    expect(page).to_have_url(f"{live_server.url}/apis/payments/operations/refund/")
    page.locator("body").press("[")
    expect(page).to_have_url(address)


def test_everything_is_there_without_scripts(catalog, live_server, open_page):
    page = signed_in(open_page(java_script_enabled=False), live_server, "viewer")

    page.goto(f"{live_server.url}/apis/payments/operations/getPayment/")

    assert page.locator("#response-200").is_visible()
    assert page.locator("#response-404").is_visible()
    assert page.locator("#call-code-python").is_visible()
    assert page.get_by_text("iban").first.is_visible()
    page.get_by_role("link", name="404").or_(page.get_by_role("tab", name="404")).click()
    assert page.url.endswith("#response-404")


def test_enter_in_the_field_that_finds_an_entry_sends_nothing(catalog, live_server, open_page):
    page = signed_in(open_page(), live_server)
    page.goto(f"{live_server.url}/add-service/")
    page.locator("input[name=name]").fill("shop")
    page.locator("input[name=title]").fill("Shop")
    page.locator("select[name=owner]").select_option(catalog.team.slug)

    page.locator("input[name=find_consumes]").fill("payments")
    page.locator("input[name=find_consumes]").press("Enter")
    page.locator("#found-consumes").get_by_role("checkbox").first.check()

    expect(page).to_have_url(f"{live_server.url}/add-service/")
    page.get_by_role("button", name="Add service").click()
    expect(page.get_by_role("heading", name="Shop", level=1)).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Payments").first).to_be_visible()


def test_operations_are_filtered_while_typing(catalog, live_server, open_page):
    page = signed_in(open_page(), live_server, "viewer")
    page.goto(f"{live_server.url}/apis/payments/")

    page.locator("main input[name=filter]").fill("refund")

    expect(page.locator("#operations .row-link")).to_have_count(1)


def test_no_row_of_operations_is_cut_at_the_edge_of_its_panel(catalog, live_server, open_page):
    page = signed_in(open_page(), live_server)
    for path in ("/apis/wide/", "/apis/wide/operations/"):
        page.goto(f"{live_server.url}{path}")
        width, room = page.locator(".operations-table").evaluate("t => [t.scrollWidth, t.parentElement.clientWidth]")
        assert width <= room, path


def test_a_phone_shows_that_there_are_tabs_beyond_the_edge(catalog, live_server, open_page):
    page = signed_in(open_page(viewport={"width": 390, "height": 844}), live_server)
    page.goto(f"{live_server.url}/apis/payments/")

    tabs = page.locator("nav.part-tabs")
    room, edges = tabs.evaluate(
        "nav => [nav.getBoundingClientRect().right, [...nav.children].map(tab => [tab.getBoundingClientRect().left, "
        "tab.getBoundingClientRect().right])]"
    )
    assert any(left < room < right for left, right in edges)
