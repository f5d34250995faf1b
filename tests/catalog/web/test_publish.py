"""Publishing in a form: check, publish, findings at their line, and what happens to what was written."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from catalog.models import API, APIVersion
from tests.catalog.web.elements import Elements
from tests.factories.catalog import as_bytes, make_api, openapi

DOCUMENT = as_bytes(openapi()).decode()
BROKEN = 'openapi: 3.1.0\ninfo:\n  title: Credit Check\n  version: "2.3.0"\npaths:\n  /scores: nothing\n'


def values(**others):
    return {"document": DOCUMENT, "name": "payments", "lifecycle": "published", "action": "publish", **others}


@pytest.fixture
def client(cast):
    return cast.client("member")


def test_it_publishes_pasted_text_and_leads_to_the_api(client):
    answer = client.post("/publish/", values())

    assert (answer.status_code, answer["Location"]) == (303, "/apis/payments/versions/1.0.0/")
    assert "Payments 1.0.0 is published" in Elements(client.get(answer["Location"]).content).texts("toast-words")[0]
    assert APIVersion.objects.get().specification.content.decode() == DOCUMENT


def test_it_publishes_the_bytes_of_a_file(client, cast):
    content = b"# kept\r\n" + as_bytes(openapi("2.0.0"))
    file = SimpleUploadedFile("openapi.yaml", content)

    answer = client.post("/publish/", {**values(document="", lifecycle="draft", visibility="private"), "file": file})

    version = APIVersion.objects.select_related("api", "specification").get()
    assert answer.status_code == 303
    assert version.specification.content == content
    assert (version.name, version.lifecycle, version.api.visibility) == ("2.0.0", "draft", "private")
    assert version.api.owner_id == cast.team.pk


def test_it_takes_the_line_ends_of_browsers_for_what_was_meant(client):
    text = "openapi: 3.0.3\r\ninfo: {title: A, version: '1'}\r\npaths: {}\r\n"

    client.post("/publish/", values(document=text))

    assert APIVersion.objects.get().specification.content == text.replace("\r\n", "\n").encode()


def test_it_checks_without_writing(client):
    answer = client.post("/publish/", values(action="check", version="1.1.0"))

    page = Elements(answer.content)
    assert answer.status_code == 200
    assert page.texts("notice-title") == ["Publishing makes version 1.1.0 of Payments"]
    assert "version-differs" in page.texts("finding-where")[0]
    [jump] = [attributes for tag, attributes in page.tags if "data-jump-to" in attributes]
    assert DOCUMENT[int(jump["data-column"]) - 1 :].startswith('"version":"1.0.0"')
    assert "Read a payment" in page.text_of("id_document")
    assert not API.objects.exists()


@pytest.mark.parametrize("action", ["check", "publish"])
def test_it_leads_from_a_finding_to_its_line_and_keeps_the_document(client, action):
    answer = client.post("/publish/", values(document=BROKEN, action=action))

    page = Elements(answer.content)
    jumps = [attributes for tag, attributes in page.tags if "data-jump-to" in attributes]
    assert answer.status_code == 422
    assert jumps[0]["data-jump-to"] == "id_document"
    assert jumps[0]["data-line"] == "6"
    assert "/scores: nothing" in page.text_of("id_document")
    assert not API.objects.exists()


def test_it_keeps_the_text_of_a_file_that_was_refused(client):
    file = SimpleUploadedFile("broken.yaml", BROKEN.encode())

    answer = client.post("/publish/", {**values(document=""), "file": file})

    assert answer.status_code == 422
    assert "/scores: nothing" in Elements(answer.content).text_of("id_document")


@pytest.mark.parametrize(
    ("others", "error"),
    [
        ({"document": ""}, "Choose a file or paste the specification."),
        ({"name": "Not A Name"}, "Use lower-case letters"),
        ({"version": "auto!"}, "Use at most 100 letters"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_it_says_at_the_field_what_is_wrong(client, others, error):
    answer = client.post("/publish/", values(**others))

    assert answer.status_code == 422
    assert Elements(answer.content).texts("field-error")[0].startswith(error)


def test_it_refuses_other_bytes_of_a_published_version_and_keeps_the_document(client, cast):
    make_api("payments", owner=cast.team)

    answer = client.post("/publish/", values(document=as_bytes(openapi(title="Other")).decode()))

    page = Elements(answer.content)
    assert answer.status_code == 422
    assert "its specification differs" in page.texts("notice-title")[0]
    assert "Other" in page.text_of("id_document")


def test_it_tells_nothing_of_an_api_of_another_team(cast):
    make_api("secret", owner=cast.team, visibility="private")
    client = cast.client("stranger")

    secret = client.post("/publish/", values(name="secret"))

    assert secret.status_code == 422
    assert Elements(secret.content).texts("notice-title") == ["Only the team that owns this may change it."]


def test_it_offers_only_teams_the_reader_publishes_for(cast):
    member = Elements(cast.client("member").get("/publish/").content)
    administrator = Elements(cast.client("administrator").get("/publish/").content)

    def owners(page):
        return {attributes.get("value") for tag, attributes in page.tags if tag == "option"} & {"payments", "lending"}

    assert owners(member) == {"payments"}
    assert owners(administrator) == {"payments", "lending"}


@override_settings(PORTICO_MAX_SPECIFICATION_BYTES=2_000)
def test_it_refuses_a_file_over_the_cap_at_its_field(client):
    file = SimpleUploadedFile("big.json", b" " * 2_001)

    answer = client.post("/publish/", {**values(document=""), "file": file})

    assert answer.status_code == 422
    assert Elements(answer.content).texts("field-error")[0].startswith("The document is larger than")


def test_it_refuses_a_body_over_the_cap_by_its_length_alone(client):
    answer = client.post("/publish/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="11000001")

    assert answer.status_code == 413
    assert Elements(answer.content).texts("notice-title")[0].startswith("The document is larger than 10 MB.")


def test_it_gives_the_command_of_a_pipeline_to_copy(cast):
    html = cast.client("member").get("/publish/?api=payments").content

    call = next(a["data-copy"] for tag, a in Elements(html).tags if "curl --fail" in a.get("data-copy", ""))
    assert call.endswith("/api/v1/apis/payments/versions/auto")
