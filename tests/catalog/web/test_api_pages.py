"""The pages of an API: overview, operations, versions, instances, findings, Swagger UI, the document."""

import hashlib
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import Contact
from catalog.models import API, APIVersion
from catalog.usecases.edit_version import edit_version
from tests.catalog.web.elements import Elements
from tests.factories.catalog import (
    ADMINISTRATOR,
    as_bytes,
    make_api,
    make_domain,
    make_environment,
    make_service,
    openapi,
    publish,
)

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>"


def harmless(html: bytes) -> bool:
    page = Elements(html)
    ours = all(values.get("src", "").startswith("/static/") for tag, values in page.tags if tag == "script")
    quiet = not any(name.startswith("on") for _tag, values in page.tags for name in values)
    return ours and quiet and not any(link.lower().startswith("javascript:") for link in page.links())


def deprecate(slug: str, version: str, **metadata: object) -> None:
    edit_version(
        actor=ADMINISTRATOR,
        version=APIVersion.objects.get(api__slug=slug, name=version),
        metadata={"lifecycle": "deprecated", **metadata},
        now=timezone.now(),
    )


def test_it_says_whose_the_api_is_where_it_is_and_how_to_call_it(cast):
    make_environment("production")
    make_domain("cards", title="Cards")
    Contact.objects.create(team=cast.team, title="#payments", url="https://chat.example.com/payments")
    make_api(
        "payments",
        owner=cast.team,
        domain="cards",
        tags=["money"],
        links=[{"title": "Repository", "url": "https://git.example.com/payments"}],
        instances=[{"environment": "production", "url": "https://pay.example.com/v1"}],
    )
    make_service("ledger", owner=cast.team, title="Ledger", provides=["payments"])

    answer = cast.client("viewer").get("/apis/payments/")

    html, page = answer.content.decode(), Elements(answer.content)
    assert answer.status_code == 200
    for words in ("Payments", "Cards", "OpenAPI 3.0", "#payments", "Ledger", "Repository", "money", "JSON"):
        assert words in html
    assert "curl 'https://pay.example.com/v1/payments/" in page.text_of("call-curl")
    assert {"/domains/cards/", "/services/ledger/", "/apis/payments/operations/getPayment/"} <= set(page.links())
    assert "https://chat.example.com/payments" in page.links()


def test_it_hides_the_owner_and_who_published_from_who_is_not_signed_in(cast):
    Contact.objects.create(team=cast.team, title="#payments", url="https://chat.example.com/payments")
    make_api("payments", owner=cast.team, visibility="public")

    html = cast.client("anonymous").get("/apis/payments/").content.decode()

    assert "#payments" not in html
    assert "by factory" not in html
    assert "by factory" in cast.client("viewer").get("/apis/payments/").content.decode()


def test_it_does_not_know_a_private_api_for_strangers(cast):
    make_api("secret", owner=cast.team, visibility="private")
    paths = [
        "/apis/secret/",
        "/apis/secret/versions/",
        "/apis/secret/versions/1.0.0/",
        "/apis/secret/operations/",
        "/apis/secret/operations/getPayment/",
        "/apis/secret/docs/",
        "/apis/secret/instances/",
        "/apis/secret/edit/",
        "/apis/secret/versions/1.0.0/specification",
        "/apis/secret/versions/1.0.0/swagger/",
        "/apis/secret/versions/1.0.0/edit/",
    ]

    assert [cast.client("stranger").get(path).status_code for path in paths] == [404] * len(paths)
    assert [cast.client("member").get(path).status_code for path in paths] == [200] * len(paths)


def test_it_names_only_services_the_reader_may_know_of(cast):
    make_api("payments", owner=cast.team)
    make_service("hidden", owner=cast.team, title="Hidden ledger", visibility="private", provides=["payments"])

    assert b"Hidden ledger" not in cast.client("stranger").get("/apis/payments/").content
    assert b"Hidden ledger" in cast.client("member").get("/apis/payments/").content


def test_it_warns_of_a_deprecated_version_and_leads_to_its_successor(cast):
    make_api("payments", owner=cast.team, versions=("1.0.0", "2.0.0"))
    deprecate("payments", "1.0.0", sunset=date(2030, 12, 31), successor="2.0.0")

    page = Elements(cast.client("viewer").get("/apis/payments/versions/1.0.0/").content)

    assert page.texts("notice-title") == ["Version 1.0.0 is deprecated, sunset 31 Dec 2030"]
    assert page.texts("notice-evidence") == ["2.0.0 replaces it."]
    assert "/apis/payments/versions/2.0.0/" in page.links()
    assert "/apis/payments/operations/?version=1.0.0" in page.links()


def test_it_does_not_name_a_successor_the_reader_may_not_know_of(cast):
    make_api("payments", owner=cast.team)
    make_api("secret", owner=cast.team, visibility="private", title="Secret payments")
    deprecate("payments", "1.0.0", successor="secret/1.0.0")

    assert b"ecret" not in cast.client("stranger").get("/apis/payments/").content
    assert b"Secret payments 1.0.0 replaces it." in cast.client("member").get("/apis/payments/").content


@pytest.mark.parametrize(
    ("lifecycle", "title"), [("draft", "Version 1.0.0 is a draft"), ("retired", "Version 1.0.0 is retired since")]
)
def test_it_says_why_a_draft_or_retired_version_is_not_to_be_called(cast, lifecycle, title):
    publish("payments", owner=cast.team.slug, lifecycle=lifecycle)

    answer = cast.client("viewer").get("/apis/payments/")

    assert Elements(answer.content).texts("notice-title")[0].startswith(title)
    assert b"button-primary" not in answer.content


def test_it_offers_what_the_reader_may_do_and_nothing_else(cast):
    make_api("payments", owner=cast.team)

    offers = {
        name: "/apis/payments/edit/" in Elements(cast.client(name).get("/apis/payments/").content).links()
        for name in ("viewer", "stranger", "member", "administrator")
    }

    assert offers == {"viewer": False, "stranger": False, "member": True, "administrator": True}


def test_it_renders_hostile_metadata_harmless(cast):
    document = openapi(title=HOSTILE)
    document["info"] |= {
        "contact": {"name": HOSTILE, "url": "javascript:alert(4)"},
        "license": {"name": HOSTILE, "url": "javascript:alert(5)"},
        "termsOfService": "javascript:alert(6)",
    }
    document["tags"] = [{"name": "payments", "description": HOSTILE}]
    publish("payments", document=document, owner=cast.team.slug, description=HOSTILE, changelog=HOSTILE, docs=HOSTILE)
    API.objects.update(owner=None)

    for path in ("", "operations/", "versions/", "docs/", "instances/"):
        assert harmless(cast.client("viewer").get(f"/apis/payments/{path}").content), path


def test_it_shows_the_description_people_gave_and_that_of_the_document(cast):
    publish("own", owner=cast.team.slug, description="Said by people.")
    make_api("plain", owner=cast.team, versions=("1.0.0",))
    publish("plain", "2.0.0", document=openapi("2.0.0", title="Refunds"))

    own = cast.client("viewer").get("/apis/own/").content
    plain = cast.client("viewer").get("/apis/plain/").content

    assert b"Said by people." in own
    assert b"Everything about payments." in own
    # The API took the first document's description; the newest says another one.
    assert b"Everything about refunds." in plain
    assert b"Everything about payments." not in plain


def test_it_lists_operations_in_the_groups_of_the_document_and_filters_them(cast):
    document = openapi()
    get = {"responses": {"200": {"description": "ok"}}}
    document["tags"] = [{"name": "second"}, {"name": "first", "description": "What comes first."}]
    document["paths"] = {
        "/a": {"get": {**get, "tags": ["first"], "summary": "Alpha", "operationId": "alpha"}},
        "/b": {"post": {**get, "tags": ["second"], "summary": "Beta"}},
        "/c": {"delete": {**get, "summary": "Gamma"}},
    }
    publish("payments", document=document, owner=cast.team.slug)
    client = cast.client("viewer")

    page = Elements(client.get("/apis/payments/operations/").content)
    found = client.get("/apis/payments/operations/?filter=post+bet", headers={"hx-request": "true"})
    nothing = client.get("/apis/payments/operations/?filter=nothing")

    assert page.texts("group-row") == ["second", "first What comes first.", "Other operations"]
    assert page.texts("row-link") == ["/b", "/a", "/c"] or page.texts("row-link") == ["/ b", "/ a", "/ c"]
    assert found.content.startswith(b"\n") or b"<html" not in found.content
    assert b"Beta" in found.content
    assert b"Alpha" not in found.content
    assert b"No operation has these words" in nothing.content


def test_it_shows_five_hundred_operations_page_by_page(cast):
    document = openapi()
    get = {"responses": {"200": {"description": "ok"}}}
    document["paths"] = {f"/part{number}": {"get": get} for number in range(500)}
    publish("payments", document=document, owner=cast.team.slug)
    client = cast.client("viewer")

    first = Elements(client.get("/apis/payments/operations/").content)
    following = next(link for link in first.links() if "cursor=" in link)
    second = Elements(client.get(following).content)

    assert len(first.texts("row-link")) == len(second.texts("row-link")) == 200
    assert "201–400 of 500" in second.texts("pager")[0]
    assert len(Elements(client.get("/apis/payments/").content).texts("row-link")) == 25


def test_it_says_what_is_missing_when_there_is_nothing(cast):
    document = openapi()
    document["paths"] = {}
    document["info"].pop("description")
    publish("empty", document=document, owner=cast.team.slug, lifecycle="draft")
    client = cast.client("viewer")

    titles = [
        Elements(client.get(f"/apis/empty/{path}").content).texts("nothing-title")
        for path in ("", "operations/", "docs/", "instances/", "versions/1.0.0/findings/")
    ]

    assert titles == [
        ["No operations", "Nothing is said about this API yet"],
        ["No operations"],
        ["No documentation yet"],
        ["No instance is named"],
        ["No findings"],
    ]
    assert 'name="filter"' not in client.get("/apis/empty/operations/").content.decode()


def test_it_lists_findings_with_their_place(cast):
    publish("payments", "2.0.0", document=openapi("1.0.0"), owner=cast.team.slug)

    page = Elements(cast.client("member").get("/apis/payments/versions/2.0.0/findings/").content)

    assert "version-differs" in page.texts("finding-where")[0]


def test_it_gives_the_document_back_byte_by_byte(cast):
    content = as_bytes(openapi())
    publish("payments", document=content, owner=cast.team.slug)
    client = cast.client("viewer")

    answer = client.get("/apis/payments/versions/1.0.0/specification")
    again = client.get("/apis/payments/versions/1.0.0/specification", headers={"if-none-match": answer["ETag"]})

    assert answer.content == content
    assert answer["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert answer["Content-Disposition"] == 'attachment; filename="payments-1.0.0.json"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert (again.status_code, again.content) == (304, b"")


def test_it_answers_rest_and_pages_with_the_same_document(cast):
    publish("payments", owner=cast.team.slug)

    page = cast.client("viewer").get("/apis/payments/versions/1.0.0/specification")
    rest = cast.client("token_read").get("/api/v1/apis/payments/versions/1.0.0/specification")

    shared = ("ETag", "Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy")
    assert page.content == rest.content
    assert {name: page[name] for name in shared} == {name: rest[name] for name in shared}


def test_it_hands_swagger_ui_our_own_copy_of_the_document(cast):
    make_api("payments", owner=cast.team)

    page = Elements(cast.client("viewer").get("/apis/payments/versions/1.0.0/swagger/").content)

    places = [values["data-document"] for _tag, values in page.tags if "data-document" in values]
    assert places == ["/apis/payments/versions/1.0.0/specification"]
