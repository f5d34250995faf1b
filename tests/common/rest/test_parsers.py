import orjson
import pytest

from tests.personas import Cast

TEAMS = "/api/v1/teams"


@pytest.fixture
def post(cast: Cast):
    client = cast.client("administrator")

    def send(body: bytes, content_type: str = "application/json", **headers: str):
        return client.generic("POST", TEAMS, body, content_type, headers=headers)

    return send


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"slug": "a", "title": NaN}',
        b'{"slug": "a\\u0000", "title": "A"}',
        b'{"a\\u0000": 1}',
        b'{"slug": "a", "title": "\\ud800"}',
        b'{"slug": "a", "title": 9223372036854775808}',
        b'{"slug": "a", "title": 18446744073709551616}',
        b'{"slug": "a", "title": -9223372036854775809}',
        b"[" * 33 + b"]" * 33,
        b'{"slug": "a", "title": "\xff"}',
        b"[]",
        b"null",
        b'"text"',
    ],
)
def test_it_refuses_bodies_that_could_not_be_stored(post, body):
    response = post(body)
    assert response.status_code == 400, response.content
    assert response["content-type"] == "application/problem+json"


def test_it_names_members_it_does_not_know(post):
    body = post(orjson.dumps({"slug": "cards", "title": "Cards", "colour": "red"})).json()
    assert body["errors"] == [
        {"field": "colour", "message": "This member is not known. Known are description, slug, title."}
    ]


def test_it_names_the_field_of_each_error(post):
    body = post(b"{}").json()
    assert {error["field"] for error in body["errors"]} == {"slug", "title"}


def test_it_refuses_other_media_types(post):
    response = post(b"slug=a&title=A", "application/x-www-form-urlencoded")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported-media-type")


def test_it_bounds_the_body(post, settings):
    settings.PORTICO_MAX_JSON_BYTES = 100
    response = post(orjson.dumps({"slug": "cards", "title": "C" * 100}))
    assert (response.status_code, response.json()["code"]) == (413, "body-too-large")


def test_it_asks_for_the_length_of_a_chunked_body(cast):
    client = cast.client("administrator")
    response = client.post(
        TEAMS, headers={"transfer-encoding": "chunked"}, CONTENT_LENGTH="", CONTENT_TYPE="application/json"
    )
    assert (response.status_code, response.json()["code"]) == (411, "length-required")


def test_it_answers_a_session_without_the_csrf_token_with_a_problem(cast):
    response = cast.client("administrator", enforce_csrf_checks=True).post(
        TEAMS, {"slug": "cards", "title": "Cards"}, content_type="application/json"
    )
    assert (response.status_code, response["content-type"]) == (403, "application/problem+json")
