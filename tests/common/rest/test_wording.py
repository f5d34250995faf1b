"""Refused values are answered in the portal's own words, whichever library found them wrong."""

import pytest
from django.test import Client

from tests.personas import Cast


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return cast.client("administrator")


@pytest.mark.parametrize(
    ("path", "body", "field", "message"),
    [
        ("environments", {"slug": "e", "title": "E", "position": 40_000}, "position", "Use at most 32767."),
        ("environments", {"slug": "e", "title": "E", "position": "x"}, "position", "Use a whole number."),
        ("environments", {"slug": "e", "title": "E" * 201}, "title", "Use at most 200 characters."),
        ("environments", {"slug": "e", "title": {}}, "title", "Use text."),
        ("users", {"username": "jane", "role": "king"}, "role", "“king” is not one of the choices."),
        ("users", {"username": "jane", "email": "x"}, "email", "Write a mail address, such as jane@example.org."),
        ("teams/payments/tokens", {"name": "t", "scopes": "read"}, "scopes", "Use a list."),
    ],
)
def test_it_says_what_to_do(administrator, path, body, field, message):
    answer = administrator.post(f"/api/v1/{path}", body, content_type="application/json")
    assert answer.status_code == 400
    assert {"field": field, "message": message} in answer.json()["errors"]


def test_it_says_how_a_day_is_written(administrator):
    url = "/api/v1/apis/payments/versions/1.0.0?sunset=tomorrow"
    answer = administrator.put(url, b"{}", content_type="application/json")
    assert answer.json()["errors"] == [{"field": "sunset", "message": "Write the day as YYYY-MM-DD."}]


def test_it_ends_sentences_and_names_statuses_as_rfc_9110_does(administrator, settings):
    settings.PORTICO_MAX_JSON_BYTES = 10
    missing = administrator.get("/api/v1/teams/nobody").json()
    large = administrator.post("/api/v1/teams", {"slug": "too-long"}, content_type="application/json").json()
    assert missing["detail"] == "Not found."
    assert large["title"] == "Content Too Large"
