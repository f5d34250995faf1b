"""The operation page against the documents themselves, walked here independently of the formats."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from catalog.models import Operation
from catalog.usecases.publish_version import SpecificationRefused
from catalog.web.schema_lines import MARKED_ON_PAGE
from tests.catalog.formats import corpus
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, openapi, publish
from tests.personas import Cast

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
DEMO = corpus.ROOT / "demo" / "specifications"
DOCUMENTS_OF_CORPUS = 20
LARGEST_OPERATIONS = 25


def test_it_says_what_the_operation_is_and_how_it_is_called(cast):
    make_api("payments", owner=cast.team)

    answer = cast.client("member").get("/apis/payments/operations/getPayment/")

    page = Elements(answer.content)
    assert answer.status_code == 200
    assert "Read a payment" in answer.content.decode()
    assert page.texts("operation-id") == ["getPayment"]
    assert "curl 'https://api.example.com/payments/" in page.text_of("call-code-curl")
    assert {tab for tab in page.by_id if tab.startswith("call-code-") and tab.endswith("-tab")} == {
        f"call-code-{name}-tab" for name in ("curl", "python", "javascript", "java", "go")
    }


def test_it_says_when_no_address_is_known_and_who_owns_it_can_name_one(cast):
    document = openapi()
    del document["servers"]
    publish("payments", document=document, owner=cast.team.slug, visibility="public")

    for path in ("/apis/payments/", "/apis/payments/operations/getPayment/"):
        own = cast.client("member").get(path).content
        seen = cast.client("viewer").get(path).content.decode()

        assert "No address is known yet." in seen
        assert "api.example.com" not in seen
        assert "BASE_URL" in seen
        assert "/apis/payments/versions/1.0.0/instances/" in Elements(own).links()
        assert "/versions/1.0.0/instances/" not in seen


def test_it_shows_recursion_as_such(cast):
    make_api("payments", owner=cast.team)

    page = Elements(cast.client("member").get("/apis/payments/operations/getPayment/").content)

    assert "Payment again, as above" in page.texts("tree-note")


def test_it_leads_to_the_operations_before_and_after(cast):
    document = openapi()
    get = document["paths"]["/payments/{payment_id}"]["get"]
    for number in range(3):
        document["paths"][f"/payments/part{number}"] = {
            "get": {**get, "operationId": f"part{number}", "summary": f"Part {number}", "parameters": []}
        }
    publish("payments", document=document, owner=cast.team.slug)

    page = Elements(cast.client("member").get("/apis/payments/operations/part1/").content)

    neighbours = {
        attributes["rel"]: attributes["href"]
        for tag, attributes in page.tags
        if tag == "a" and attributes.get("rel") in {"prev", "next"}
    }
    assert neighbours == {
        "prev": "/apis/payments/operations/part0/",
        "next": "/apis/payments/operations/part2/",
    }


def test_it_keeps_the_version_that_is_not_the_current_one(cast):
    make_api("payments", owner=cast.team, versions=("1.0.0", "2.0.0+eu"))
    client = cast.client("member")

    old = client.get("/apis/payments/versions/1.0.0/operations/getPayment/")
    current = client.get("/apis/payments/operations/getPayment/")

    assert "/apis/payments/operations/getPayment/?version=1.0.0" in Elements(old.content).links()
    assert "/apis/payments/operations/getPayment/" in Elements(current.content).links()
    assert client.get("/apis/payments/operations/getPayment/?version=2.0.0%2Beu").status_code == 200
    assert client.get("/apis/payments/operations/getPayment/?version=9").status_code == 404
    assert client.get("/apis/payments/operations/none/").status_code == 404


def test_it_keeps_the_order_of_the_document(cast):
    document = openapi()
    names = ["zulu", "a", "mike", "bravo", "ab"]
    document["components"]["schemas"]["Payment"] = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
    }
    publish("payments", document=document, owner=cast.team.slug)

    page = Elements(cast.client("member").get("/apis/payments/operations/getPayment/").content)

    assert page.texts("tree-name") == names


def test_it_renders_hostile_descriptions_harmless(cast):
    hostile = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)> ![i](//evil.example/i)"
    document = openapi()
    operation = document["paths"]["/payments/{payment_id}"]["get"]
    operation |= {"summary": hostile, "description": hostile, "tags": [hostile], "operationId": "<b>id</b>"}
    operation["parameters"][0]["description"] = hostile
    operation["responses"]["200"]["description"] = hostile
    operation["responses"]["<i>"] = {"description": hostile}
    operation["responses"].pop("<i>")
    document["components"]["schemas"]["Payment"]["properties"][hostile] = {"type": "string", "description": hostile}
    publish("payments", document=document, owner=cast.team.slug)
    slug = Operation.objects.get().slug

    answer = cast.client("member").get(f"/apis/payments/operations/{slug}/")

    page = Elements(answer.content)
    assert answer.status_code == 200
    assert all(attributes.get("src", "").startswith("/static/") for tag, attributes in page.tags if tag == "script")
    assert not any(tag in {"img", "b", "i"} and "class" not in attributes for tag, attributes in page.tags)
    assert not any(link.lower().startswith("javascript:") for link in page.links())
    assert not any(name.startswith("on") for _tag, attributes in page.tags for name in attributes)


def test_it_shows_descriptions_as_written_beyond_what_a_page_can_read(cast):
    document = openapi()
    written = "*word* " * (MARKED_ON_PAGE // 20)
    properties = {f"p{number}": {"type": "string", "description": f"{number} {written}"} for number in range(6)}
    document["components"]["schemas"]["Payment"] = {"type": "object", "properties": properties}
    publish("long", owner=cast.team.slug, document=document)

    html = cast.client("member").get("/apis/long/operations/getPayment/").content.decode()

    assert "<p>0 <em>word</em>" in html
    assert "<p>5 *word* *word*" in html


def test_it_lists_the_neighbours_only_beside_one_of_very_many(cast):
    document = openapi()
    get = {"responses": {"200": {"description": "ok"}}}
    document["paths"] = {f"/part{number}": {"get": {**get, "operationId": f"part{number}"}} for number in range(500)}
    publish("payments", document=document, owner=cast.team.slug)

    answer = cast.client("member").get("/apis/payments/operations/part250/")

    page = Elements(answer.content)
    listed = [link for link in page.links() if link.startswith("/apis/payments/operations/part")]
    assert 200 <= len(set(listed)) <= 210
    assert "All 500 operations" in answer.content.decode()


def walked(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, set[str]]]]:
    """(METHOD, path, what must be on its page) of every operation."""
    for path, item in document.get("paths", {}).items():
        item = {**_followed(document, item), **{key: value for key, value in item.items() if key != "$ref"}}
        for method, operation in item.items():
            if path.startswith("/") and method in METHODS and isinstance(operation, dict):
                yield method.upper(), path, _parts(document, item, operation)


def _parts(document: dict[str, Any], item: dict[str, Any], operation: dict[str, Any]) -> dict[str, set[str]]:
    parameters = [_followed(document, each) for each in (*item.get("parameters", []), *operation.get("parameters", []))]
    security = operation.get("security", document.get("security")) or []
    body = _followed(document, operation.get("requestBody") or {})
    media_types = set(body.get("content", {}))
    if any(each.get("in") == "body" for each in parameters):
        media_types = set(operation.get("consumes", document.get("consumes")) or ["application/json"])
    return {
        "parameters": {each["name"] for each in parameters if each["in"] in {"path", "query", "header", "cookie"}},
        "form": {each["name"] for each in parameters if each["in"] == "formData"},
        "media_types": media_types,
        "codes": {str(code) for code in operation.get("responses", {}) if not str(code).startswith("x-")},
        "schemes": {name for alternative in security for name in alternative},
    }


def _followed(document: dict[str, Any], part: Any) -> dict[str, Any]:
    for _ in range(20):
        if not isinstance(part, dict) or "$ref" not in part:
            break
        found: Any = document
        for token in part["$ref"].removeprefix("#/").split("/"):
            key = token.replace("%7B", "{").replace("%7D", "}").replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found[key]
        part = found
    return part if isinstance(part, dict) else {}


def missing_on_page(html: bytes, parts: dict[str, set[str]]) -> dict[str, set[str]]:
    """What the document has of the operation and the page does not show."""
    page = Elements(html)
    squeezed = {kind: {" ".join(name.split()) for name in names} for kind, names in parts.items()}
    media_types = {word for words in page.texts("body-media") for word in words.split()}
    shown = {
        "parameters": set(page.texts("parameter-name")),
        "form": {name.removesuffix(" required") for name in page.texts("tree-name")},
        "media_types": media_types,
        "codes": {name.removeprefix("response-").removesuffix("-tab") for name in page.by_id if name.endswith("-tab")},
        "schemes": set(page.texts("parameter-name")),
    }
    squeezed["media_types"] = {word for name in squeezed["media_types"] for word in name.split()}
    return {kind: names - shown[kind] for kind, names in squeezed.items() if names - shown[kind]}


def assert_every_operation_is_whole(client: Client, path: Path) -> int:
    """Publish the document, open the page of each operation, and return how many there were."""
    content = path.read_bytes()
    document = yaml.load(content, Loader=yaml.CSafeLoader)
    publish("walked", document=content, visibility="public", owner="payments")
    slugs = {(one.method, one.path): one.slug for one in Operation.objects.only("method", "path", "slug")}
    number = 0
    for method, where, parts in walked(document):
        answer = client.get(f"/apis/walked/operations/{slugs[method, where]}/")
        assert answer.status_code == 200, (path.name, method, where)
        missing = missing_on_page(answer.content, parts)
        assert missing == {}, (path.name, method, where)
        number += 1
    return number


@pytest.mark.parametrize("path", sorted(DEMO.glob("*")), ids=lambda path: path.name)
def test_every_operation_of_the_demo_is_whole(cast: Cast, path: Path):
    assert assert_every_operation_is_whole(cast.client("anonymous"), path) > 0


def chosen_from_corpus() -> list[corpus.Row]:
    """Accepted documents of every format, spread over the table, none with too many operations for a test."""
    accepted = [
        row for row in corpus.expected() if row.verdict == "accepted" and 3 <= int(row.operations) <= LARGEST_OPERATIONS
    ]
    formats = sorted({row.format for row in accepted})
    each = DOCUMENTS_OF_CORPUS // len(formats)
    chosen = []
    for name in formats:
        rows = sorted((row for row in accepted if row.format == name), key=lambda row: row.sha256)
        chosen += rows[:each]
    rest = sorted((row for row in accepted if row not in chosen), key=lambda row: row.sha256)
    return [*chosen, *rest][:DOCUMENTS_OF_CORPUS]


@pytest.fixture(scope="module")
def corpus_files() -> dict[str, Path]:
    if not corpus.folder().is_dir():
        pytest.skip(f"corpus not there, {DOCUMENTS_OF_CORPUS} cases not run")
    return corpus.files()


@pytest.mark.corpus
@pytest.mark.parametrize("row", chosen_from_corpus(), ids=lambda row: row.name[-60:])
def test_every_operation_of_a_real_document_is_whole(cast: Cast, corpus_files, row: corpus.Row):
    try:
        number = assert_every_operation_is_whole(cast.client("anonymous"), corpus_files[row.sha256])
    except SpecificationRefused as refused:
        pytest.fail(f"{row.name}: {refused.findings}")
    assert number == int(row.operations)
