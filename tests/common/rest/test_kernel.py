"""The REST kernel, tried through the lists and writes of the people's room."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

from common.addresses import client_address
from tests.factories.accounts import make_team
from tests.personas import Cast

TEAMS = "/api/v1/teams"


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["code"]
    return body


@pytest.fixture
def reader(cast: Cast) -> Client:
    return cast.client("viewer")


def test_it_answers_unknown_api_urls_with_a_problem(client):
    problem(client.get("/api/v1/nothing-here"), 404)
    problem(client.get("/api/"), 404)


def test_it_answers_methods_that_do_not_exist_with_a_problem(reader):
    response = reader.generic("DELETE", TEAMS)
    assert "Allow" in problem(response, 405)["detail"]
    assert response["Allow"] == "GET, HEAD, POST"
    problem(reader.options(TEAMS), 405)


def test_it_answers_head_as_get_without_a_body(reader):
    response = reader.head(TEAMS)
    assert (response.status_code, response.content) == (200, b"")


def test_it_asks_the_anonymous_to_sign_in(client, db):
    response = client.get(TEAMS)
    problem(response, 401)
    assert response["www-authenticate"] == 'Bearer realm="Portico"'


@pytest.mark.parametrize("name", ["token_revoked", "token_expired"])
def test_it_refuses_dead_tokens_and_says_so_in_the_challenge(cast, name):
    response = cast.client(name).get(TEAMS)
    problem(response, 401)
    assert 'error="invalid_token"' in response["www-authenticate"]


def test_it_names_unknown_parameters_and_the_known_ones(reader):
    body = problem(reader.get(TEAMS, {"colour": "red"}), 400)
    assert body["errors"] == [
        {
            "field": "colour",
            "message": "This parameter is not known. Known are cursor, limit, member, ordering, q.",
        }
    ]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ED%A0%80",
        "q=%FF",
        "q=9223372036854775808",
        "q=-99999999999999999999999",
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=%C2%B2",
        "ordering=colour",
        "cursor=",
        "cursor=!!",
        "cursor=WzAsMV0",
        "cursor=bnVsbA",
    ],
)
def test_it_refuses_parameters_that_cannot_be_compared(reader, query):
    problem(reader.get(f"{TEAMS}?{query}"), 400)


def test_it_accepts_the_largest_64_bit_integer(reader):
    assert reader.get(f"{TEAMS}?q=9223372036854775807").status_code == 200


@pytest.mark.parametrize("path", ["a%00b", "%ED%A0%80", "99999999999999999999"])
def test_it_refuses_unreadable_paths(reader, path):
    problem(reader.get(f"{TEAMS}/{path}"), 400)


def test_it_pages_by_key_in_both_directions(reader):
    for number in range(5):
        make_team(f"squad-{number}", title="Same title")
    first = reader.get(TEAMS, {"limit": 3}).json()
    assert (first["count"], first["count_exact"], first["previous"]) == (7, True, None)
    assert first["next"].startswith(f"{settings.PORTICO_URL}/api/v1/teams?limit=3&cursor=")
    second = reader.get(first["next"]).json()
    third = reader.get(second["next"]).json()
    assert third["next"] is None
    seen = [team["slug"] for page in (first, second, third) for team in page["results"]]
    assert seen == sorted(seen, key=seen.index)
    assert len(set(seen)) == 7
    assert reader.get(third["previous"]).json()["results"] == second["results"]
    back = reader.get(second["previous"]).json()
    assert back["results"] == first["results"]
    assert back["previous"] is None


def test_it_refuses_a_cursor_of_another_ordering(reader):
    make_team("aa")
    page = reader.get(TEAMS, {"limit": 1, "ordering": "title"}).json()
    problem(reader.get(page["next"].replace("ordering=title", "ordering=-title")), 400)


def test_it_tells_what_is_left_of_the_budget(cast):
    with override_settings(PORTICO_RATE_READS=2):
        client = cast.client("token_read")
        first = client.get("/api/v1/me")
        assert first["ratelimit-policy"] == '"read";q=2;w=60'
        assert first["ratelimit"].startswith('"read";r=1;t=')
        client.get("/api/v1/me")
        response = client.get("/api/v1/me")
        problem(response, 429)
        assert 1 <= int(response["retry-after"]) <= 60
        assert response["ratelimit"].startswith('"read";r=0;')
        assert cast.client("token_publish").get("/api/v1/me").status_code == 200


def test_it_bounds_guessing_tokens_by_address(client, db):
    with override_settings(PORTICO_RATE_ANONYMOUS=2):
        guess = {"authorization": "Bearer portico_" + "x" * 32}
        statuses = [client.get("/api/v1/me", headers=guess).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_it_counts_nothing_without_a_quota(reader):
    with override_settings(PORTICO_RATE_READS=0):
        assert "ratelimit" not in reader.get("/api/v1/me")


def test_it_answers_unforeseen_errors_without_detail(cast, monkeypatch):
    def fail(*_):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("accounts.rest.views.me.own_teams", fail)
    client = cast.client("viewer", raise_request_exception=False)
    response = client.get("/api/v1/me")
    body = problem(response, 500)
    assert "secret" not in response.content.decode()
    assert body["code"] == "error"


def test_it_refuses_media_types_that_are_not_asked_for_here(reader):
    problem(reader.get(TEAMS, headers={"accept": "text/html"}), 406)


def test_it_describes_itself_in_json_and_yaml(client, db):
    assert client.get("/api/v1/schema").json()["openapi"].startswith("3.1")
    yaml = client.get("/api/v1/schema", headers={"accept": "application/yaml"})
    assert yaml.content.startswith(b"openapi: 3.1")


def test_it_finds_the_client_behind_one_trusted_proxy(rf, settings):
    request = rf.get("/", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"})
    assert client_address(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client_address(request) == "198.51.100.7"
