"""Documentation pages of APIs and services in the browser."""

import pytest

from catalog.models import DocumentationPage
from tests.catalog.web.elements import Elements
from tests.catalog.web.test_api_pages import HOSTILE, harmless
from tests.factories.catalog import make_api, make_service


def test_it_shows_a_page_beside_the_list_of_all(cast):
    pages = [
        {"slug": "start", "title": "Start", "body": "# Begin\n\nCall *it*."},
        {"slug": "b", "title": "B", "body": "b"},
    ]
    make_api("payments", owner=cast.team, docs=pages)
    client = cast.client("viewer")

    first, second = client.get("/apis/payments/docs/"), client.get("/apis/payments/docs/b/")

    page = Elements(first.content)
    assert "Begin Call it." in page.texts("prose-text")[0]
    assert {"/apis/payments/docs/start/", "/apis/payments/docs/b/"} <= set(page.links())
    assert Elements(second.content).texts("docs-title") == ["B"]
    assert client.get("/apis/payments/docs/none/").status_code == 404


def test_it_writes_shows_before_saving_and_changes_a_page(cast):
    make_api("payments", owner=cast.team)
    client = cast.client("member")
    form = {"title": "Getting started", "body": "# Hello\r\n\r\nWorld"}

    preview = client.post("/apis/payments/add-page/", {**form, "preview": "1"})
    assert preview.status_code == 200
    assert "Hello" in Elements(preview.content).text_of("preview")
    assert not DocumentationPage.objects.exists()

    saved = client.post("/apis/payments/add-page/", form)
    assert (saved.status_code, saved["Location"]) == (303, "/apis/payments/docs/getting-started/")
    assert DocumentationPage.objects.get().body == "# Hello\n\nWorld"

    client.post("/apis/payments/docs/getting-started/edit/", {"title": "Start", "body": "Short."})
    page = DocumentationPage.objects.get()
    assert (page.slug, page.title, page.body) == ("getting-started", "Start", "Short.")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"title": "", "body": "x"}, "This field is required."),
        ({"title": "Documentation", "body": "x"}, "There is a page “documentation” already."),
        ({"title": "A", "slug": "No Slug", "body": "x"}, "Use lower-case letters"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_the_text(cast, form, error):
    make_api("payments", owner=cast.team, docs="Here.")

    answer = cast.client("member").post("/apis/payments/add-page/", {**form, "body": "Kept words"})

    assert answer.status_code == 422
    assert Elements(answer.content).texts("field-error")[0].startswith(error)
    assert b"Kept words" in answer.content


def test_it_asks_before_it_deletes(cast):
    make_api("payments", owner=cast.team, docs="Here.")
    client, path = cast.client("member"), "/apis/payments/docs/documentation/delete/"

    assert b"cannot be brought back" in client.get(path).content
    assert DocumentationPage.objects.count() == 1
    assert client.post(path)["Location"] == "/apis/payments/docs/"
    assert not DocumentationPage.objects.exists()


def test_it_keeps_pages_of_services_the_same_way(cast):
    make_service("ledger", owner=cast.team, docs="# Runbook")
    client = cast.client("member")

    assert "Runbook" in Elements(client.get("/services/ledger/docs/documentation/").content).texts("prose-text")[0]
    edited = client.post("/services/ledger/docs/documentation/edit/", {"title": "Runbook", "body": "New."})
    assert edited["Location"] == "/services/ledger/docs/documentation/"
    assert client.post("/services/ledger/docs/documentation/delete/")["Location"] == "/services/ledger/"


def test_it_renders_hostile_markdown_harmless(cast):
    make_api("payments", owner=cast.team, docs=[{"slug": "x", "title": HOSTILE, "body": f"{HOSTILE}\n\n# {HOSTILE}"}])
    client = cast.client("member")

    assert harmless(client.get("/apis/payments/docs/x/").content)
    assert harmless(client.post("/apis/payments/add-page/", {"title": "A", "body": HOSTILE, "preview": "1"}).content)
    assert harmless(client.get("/apis/payments/docs/x/delete/").content)
