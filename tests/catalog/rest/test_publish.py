"""PUT a specification: every way to send it and every answer."""

from io import BytesIO
from typing import Any

import orjson
import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from catalog.formats.parsing import parser_sandbox
from catalog.models import API, APIVersion
from catalog.usecases.publish_version import PARSERS
from tests.factories.catalog import as_bytes, make_api, make_environment, openapi
from tests.personas import Cast

URL = "/api/v1/apis/payments/versions/1.0.0"
DOCUMENT = as_bytes(openapi())
YAML = b"openapi: 3.0.3\ninfo: {title: Payments, version: 1.0.0}\npaths: {}\n"


@pytest.fixture
def ci(cast: Cast) -> Client:
    return cast.client("token_publish")


def put(
    client: Client, url: str = URL, body: bytes = DOCUMENT, content_type: str = "application/json", **query: Any
) -> Any:
    return client.put(url, body, content_type=content_type, query_params=query)


def form(client: Client, url: str = URL, **parts: Any) -> Any:
    return client.put(url, encode_multipart(BOUNDARY, parts), content_type=MULTIPART_CONTENT)


def test_201_for_a_new_version_with_its_place(ci: Client) -> None:
    answer = put(ci)

    assert answer.status_code == 201
    assert answer["Location"] == URL
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert body.pop("url").endswith("/apis/payments/versions/1.0.0/")
    assert body == {
        "status": "created",
        "api": "payments",
        "version": "1.0.0",
        "lifecycle": "published",
        "operation_count": 1,
        "changed": [],
        "findings": [],
    }


def test_200_for_the_same_again(ci: Client) -> None:
    put(ci, tags="a,b")
    answer = put(ci, tags=["b", "a"])

    assert (answer.status_code, answer.json()["status"], answer.json()["changed"]) == (200, "unchanged", [])


def test_200_with_the_changed_fields(ci: Client) -> None:
    put(ci)
    answer = put(ci, title="New", changelog="Better")

    assert (answer.status_code, answer.json()["status"]) == (200, "updated")
    assert answer.json()["changed"] == ["changelog", "title"]


def test_200_for_a_replaced_draft(ci: Client) -> None:
    put(ci, lifecycle="draft")
    assert put(ci, body=YAML, content_type="application/yaml").json()["status"] == "replaced"


def test_409_for_other_bytes_of_a_published_version(ci: Client) -> None:
    put(ci)
    answer = put(ci, body=YAML, content_type="application/yaml")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert "new version" in answer.json()["detail"]


def test_422_with_findings_and_their_places(ci: Client) -> None:
    answer = put(ci, body=b"openapi: 3.0.3\ninfo:\n  title: Payments\npaths: {}\n", content_type="text/yaml")

    assert answer.status_code == 422
    assert answer.json()["code"] == "specification-refused"
    finding = answer.json()["findings"][0]
    assert set(finding) == {"severity", "rule", "message", "pointer", "line", "column"}
    assert finding["severity"] == "error"
    assert finding["line"] in {2, 3}


@pytest.mark.parametrize("document", [b"\xff\xfe", b"{", b"[]", b"{}", b"a: &a [*a]", b'{"openapi": "9.9"}'])
def test_422_for_what_is_no_specification(ci: Client, document: bytes) -> None:
    assert put(ci, body=document).status_code == 422


def test_503_while_no_process_is_free_to_read(ci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = parser_sandbox(PARSERS)
    monkeypatch.setattr(sandbox, "wait_seconds", 0.01)
    for _ in range(PARSERS):
        sandbox._free.acquire()
    try:
        answer = put(ci)
    finally:
        for _ in range(PARSERS):
            sandbox._free.release()

    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "unavailable")
    assert put(ci).status_code == 201


def test_422_for_an_empty_document(ci: Client) -> None:
    assert ci.generic("PUT", URL, b"", content_type="text/yaml", CONTENT_LENGTH="0").status_code == 422


def test_a_document_with_characters_the_database_cannot_keep_is_an_answer(ci: Client) -> None:
    for text in ("\\u0000", "\\ud800"):
        document = DOCUMENT.replace(b"Read a payment", f"Read {text} payment".encode())
        assert put(ci, f"/api/v1/apis/nul/versions/{text[-4:]}", document).status_code in {201, 422}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/plain",
        "application/octet-stream",
        "application/vnd.oai.openapi+json;version=3.0",
        "application/vnd.oai.openapi+yaml",
        "",
    ],
)
def test_it_reads_a_raw_body_of_type(ci: Client, content_type: str) -> None:
    assert put(ci, content_type=content_type).status_code == 201


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/html", "application/xml", "image/png", "nonsense"]
)
def test_415_says_which_type_to_send(ci: Client, content_type: str) -> None:
    answer = put(ci, content_type=content_type)

    assert answer.status_code == 415
    assert "application/yaml" in answer.json()["detail"]


def test_411_for_a_body_without_length(ci: Client) -> None:
    answer = ci.generic("PUT", URL, DOCUMENT, content_type="application/json", CONTENT_LENGTH="")

    assert answer.status_code == 411
    assert "Content-Length" in answer.json()["detail"]


def test_413_before_a_byte_is_read(ci: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PORTICO_MAX_SPECIFICATION_BYTES = len(DOCUMENT) - 1
    monkeypatch.setattr(WSGIRequest, "read", lambda *_: pytest.fail("read"))

    assert put(ci).status_code == 413


def test_413_for_a_form_before_a_byte_is_read(ci: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    monkeypatch.setattr(WSGIRequest, "read", lambda *_: pytest.fail("read"))

    assert form(ci, specification=DOCUMENT.decode()).status_code == 413


def test_413_for_a_part_over_the_cap(ci: Client, settings: Any) -> None:
    settings.PORTICO_MAX_SPECIFICATION_BYTES = len(DOCUMENT) - 1

    assert form(ci, specification=DOCUMENT.decode()).status_code == 413


def test_a_body_over_djangos_own_limit_is_read(ci: Client) -> None:
    padded = openapi()
    padded["info"]["description"] = "word " * 600_000
    document = as_bytes(padded)

    assert len(document) > 2_621_440
    assert put(ci, body=document).status_code == 201


def test_400_for_a_body_that_ends_early(ci: Client) -> None:
    sent = {"wsgi.input": BytesIO(YAML), "CONTENT_LENGTH": str(len(YAML) + 10)}
    answer = ci.generic("PUT", URL, YAML, content_type="text/yaml", **sent)

    assert answer.status_code == 400
    assert "ended" in answer.json()["detail"]


def test_401_without_and_with_a_wrong_token(cast: Cast) -> None:
    for persona in ("anonymous", "token_revoked", "token_expired"):
        answer = put(cast.client(persona))
        assert answer.status_code == 401, persona
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_403_is_the_same_for_every_name_of_others(ci: Client, cast: Cast) -> None:
    make_api("theirs", owner=cast.other_team)
    make_api("secret", owner=cast.other_team, visibility="private")
    theirs, secret = (put(ci, f"/api/v1/apis/{slug}/versions/1.0.0") for slug in ("theirs", "secret"))

    assert (theirs.status_code, secret.status_code) == (403, 403)
    assert theirs.json() == secret.json()


def test_403_for_a_reading_token(cast: Cast) -> None:
    assert put(cast.client("token_read")).status_code == 403


def test_429_when_the_budget_is_used_up(ci: Client, settings: Any) -> None:
    settings.PORTICO_RATE_PUBLISHES = 1
    put(ci)
    answer = put(ci)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_form_brings_document_and_metadata(ci: Client) -> None:
    make_environment("production")
    metadata = {
        "title": "Payments of the bank",
        "tags": ["money"],
        "instances": [{"environment": "production", "url": "https://api.example.com"}],
        "docs": [{"slug": "start", "title": "Start", "body": "  # Start"}],
    }
    answer = form(ci, specification=DOCUMENT.decode(), metadata=orjson.dumps(metadata).decode())

    assert answer.status_code == 201
    api = API.objects.get()
    assert api.title == "Payments of the bank"
    assert api.pages.get().body == "  # Start"


def test_a_form_brings_files(ci: Client) -> None:
    def file(name: str, content: bytes, content_type: str) -> bytes:
        head = (
            f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\nContent-Type: {content_type}\r\n\r\n'
        )
        return f"--{BOUNDARY}\r\n{head}".encode() + content + b"\r\n"

    body = (
        file("specification", YAML, "application/octet-stream")
        + file("metadata", b'{"title": "From a file"}', "application/json")
        + f"--{BOUNDARY}--\r\n".encode()
    )
    answer = ci.put(URL, body, content_type=MULTIPART_CONTENT)

    assert answer.status_code == 201
    assert API.objects.get().title == "From a file"
    assert APIVersion.objects.get().specification.content == YAML


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"metadata": "{}"}, "specification"),
        ({"specification": "{}", "metadata": "[]"}, "metadata"),
        ({"specification": "{}", "metadata": "{"}, "metadata"),
        ({"specification": "{}", "metadata": '{"titel": "x"}'}, "titel"),
        ({"specification": "{}", "metadata": '{"links": [{"title": "x"}]}'}, "links.0.url"),
        (
            {"specification": "{}", "metadata": '{"instances": [{"environment": "x", "url": "y", "z": 1}]}'},
            "instances.0.z",
        ),
        ({"specification": "{}", "metadata": '{"docs": [{"slug": "x"}]}'}, "docs.0.title"),
        ({"specification": "{}", "title": "x"}, "title"),
    ],
)
def test_400_names_the_field_of_a_form(ci: Client, parts: dict, field: str) -> None:
    answer = form(ci, **parts)

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    "metadata", ['{"title": "a\\u0000b"}', '{"title": "\\ud800"}', '{"sunset": 99999999999999999999}']
)
def test_400_for_metadata_the_database_cannot_keep(ci: Client, metadata: str) -> None:
    assert form(ci, specification=DOCUMENT.decode(), metadata=metadata).status_code == 400


def test_400_for_a_form_that_cannot_be_read(ci: Client) -> None:
    assert ci.put(URL, b"--x", content_type="multipart/form-data").status_code == 400
    assert ci.put(URL, b"nothing", content_type=MULTIPART_CONTENT).status_code == 400


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"title": ["a", "b"]}, "title"),
        ({"visibility": "secret"}, "visibility"),
        ({"instances": "production"}, "instances"),
        ({"instances": "nowhere=https://api.example.com"}, "instances"),
        ({"sunset": "soon"}, "sunset"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"domain": "nowhere"}, "domain"),
        ({"owner": "nobody"}, "owner"),
    ],
)
def test_400_names_the_parameter(ci: Client, query: dict, field: str) -> None:
    answer = put(ci, **query)

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_it_takes_metadata_from_the_query(ci: Client) -> None:
    make_environment("production")
    answer = put(
        ci,
        tags=["one,two", "three"],
        instances=["production=https://api.example.com/v1?a=b,c"],
        links=["Runbook=https://wiki.example.com"],
        lifecycle="deprecated",
        sunset="2030-01-31",
    )

    assert answer.status_code == 201
    api = API.objects.get()
    assert sorted(api.tags.values_list("name", flat=True)) == ["one", "three", "two"]
    version = api.versions.get()
    assert version.instances.get().url == "https://api.example.com/v1?a=b,c"
    assert str(version.sunset_on) == "2030-01-31"


def test_auto_takes_the_version_of_the_document(ci: Client) -> None:
    answer = put(ci, "/api/v1/apis/payments/versions/auto")

    assert (answer.json()["version"], answer["Location"]) == ("1.0.0", URL)


@pytest.mark.parametrize("version", ["2024-01-31", "1.0.0-rc.1", "1.0.0+build.5", "v2_b"])
def test_names_of_versions_stand_in_urls_as_they_are(ci: Client, version: str) -> None:
    url = f"/api/v1/apis/payments/versions/{version}"
    answer = put(ci, url)

    assert answer.status_code == 201
    assert ci.get(answer["Location"]).json()["name"] == version
    assert answer.json()["findings"][0]["rule"] == "version-differs"


def test_a_differing_version_is_found_at_its_place(ci: Client) -> None:
    answer = put(ci, "/api/v1/apis/payments/versions/2.0.0", body=YAML, content_type="application/yaml")

    [finding] = answer.json()["findings"]
    assert (finding["rule"], finding["pointer"]) == ("version-differs", "/info/version")
    assert YAML.splitlines()[finding["line"] - 1][finding["column"] - 1 :].startswith(b"version: 1.0.0")


def test_a_dry_run_answers_the_same_and_leaves_nothing(ci: Client) -> None:
    dry = put(ci, dry_run="true")

    assert not API.objects.exists()
    wet = put(ci)
    assert (dry.status_code, dry.json()) == (wet.status_code, wet.json())
