"""Writing to the catalog over REST: the doors to the use cases and their errors."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from catalog.models import API, Domain, Environment, Service, System
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, openapi, publish
from tests.personas import Cast


@pytest.fixture
def ci(cast: Cast) -> Client:
    return cast.client("token_publish")


def send(client: Client, method: str, url: str, **body: object) -> object:
    return getattr(client, method)(f"/api/v1/{url}", body, content_type="application/json")


def test_an_api_is_edited(ci: Client, cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    answer = send(
        ci,
        "patch",
        "apis/payments",
        title="New",
        tags=["a", "b"],
        links=[{"title": "Runbook", "url": "https://wiki.example.com"}],
        docs="# Text",
    )

    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["tags"]) == ("New", ["a", "b"])
    assert answer.json()["docs"] == [{"slug": "documentation", "title": "Documentation"}]
    assert AuditEvent.objects.latest("pk").actor_name == "ci"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"domain": "nowhere"}, "domain"),
        ({"tags": "a b"}, "tags"),
        ({"tags": [["x"]]}, "tags.0"),
        ({"lifecycle": "draft"}, "lifecycle"),
        ({"links": {"title": "x"}}, "links"),
    ],
)
def test_400_names_the_field(ci: Client, cast: Cast, body: dict, field: str) -> None:
    make_api("payments", owner=cast.team)
    answer = send(ci, "patch", "apis/payments", **body)

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_a_version_is_deprecated_and_brought_back(cast: Cast) -> None:
    make_api("payments", owner=cast.team, versions=("1.0.0", "2.0.0"))
    member, maintainer = cast.client("member"), cast.client("maintainer")
    url = "apis/payments/versions/1.0.0"
    answer = send(member, "patch", url, lifecycle="deprecated", sunset="2030-01-31", successor="2.0.0")
    assert (answer.json()["lifecycle"], answer.json()["sunset"], answer.json()["successor"]) == (
        "deprecated",
        "2030-01-31",
        "2.0.0",
    )

    assert send(member, "patch", url, lifecycle="published", reason="Needed").status_code == 403
    assert send(maintainer, "patch", url, lifecycle="published").status_code == 409
    answer = send(maintainer, "patch", url, lifecycle="published", reason="Needed")
    assert (answer.json()["lifecycle"], answer.json()["sunset"]) == ("published", None)


def test_an_api_is_given_away_by_a_maintainer(cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    assert send(cast.client("member"), "patch", "apis/payments", owner="lending").status_code == 403
    answer = send(cast.client("maintainer"), "patch", "apis/payments", owner="lending")

    assert (answer.status_code, answer.json()["owner"]) == (200, "lending")


def test_pages_are_written_and_removed(ci: Client, cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    make_service("ledger", owner=cast.team)
    for entry in ("apis/payments", "services/ledger"):
        url = f"{entry}/docs/start"
        answer = send(ci, "put", url, title="Start", body="  # Start\n")
        assert (answer.status_code, answer.json()["body"]) == (200, "  # Start\n")
        assert send(ci, "put", f"{entry}/docs/Not a slug", title="x", body="").status_code == 400
        assert send(ci, "delete", url).status_code == 204
        assert send(ci, "delete", url).status_code == 404


def test_a_service_is_added_and_edited(ci: Client, cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    answer = send(ci, "post", "services", slug="ledger", kind="monolith", provides=["payments"])
    assert answer.status_code == 201
    assert (answer.json()["owner"], answer.json()["kind"]) == ("payments", "monolith")
    assert (answer.json()["title"], answer.json()["provides"]) == ("ledger", ["payments"])
    assert send(ci, "post", "services", slug="ledger").status_code == 409
    assert send(ci, "post", "services", slug="Not a slug").status_code == 400
    assert send(ci, "post", "services").status_code == 400

    answer = send(ci, "patch", "services/ledger", lifecycle="deprecated", provides=[])
    assert (answer.json()["lifecycle"], answer.json()["provides"]) == ("deprecated", [])
    assert Service.objects.get().title == "ledger"


def test_groupings_are_managed(cast: Cast) -> None:
    administrator = cast.client("administrator")
    assert send(administrator, "post", "domains", slug="cards", title="Cards", owner="payments").status_code == 201
    assert send(administrator, "post", "domains", slug="cards").status_code == 409
    answer = send(administrator, "post", "systems", slug="ledger", domain="cards")
    assert (answer.json()["title"], answer.json()["domain"]) == ("ledger", "cards")
    assert send(administrator, "patch", "systems/ledger", domain="").json()["domain"] is None
    assert send(administrator, "post", "environments", slug="production", position=1).status_code == 201
    assert send(administrator, "patch", "environments/production", position=70_000).status_code == 400
    answer = administrator.get("/api/v1/domains").json()
    assert [(domain["slug"], domain["owner"]) for domain in answer["results"]] == [("cards", "payments")]

    for name in ("systems/ledger", "domains/cards", "environments/production"):
        assert send(administrator, "delete", name).status_code == 204
    assert not (Domain.objects.exists() or System.objects.exists() or Environment.objects.exists())


def test_what_is_in_use_stays(cast: Cast) -> None:
    make_domain("cards")
    make_environment("production")
    make_api(
        "payments",
        owner=cast.team,
        domain="cards",
        instances=[{"environment": "production", "url": "https://a.example.com"}],
    )
    for name in ("domains/cards", "environments/production"):
        assert send(cast.client("administrator"), "delete", name).status_code == 409


def test_a_body_that_is_no_object_is_400(ci: Client, cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    for body in ("[]", "1", "null", '"x"', "{"):
        answer = ci.patch("/api/v1/apis/payments", body, content_type="application/json")
        assert answer.status_code == 400, body


def test_what_was_written_is_found_at_once(ci: Client, cast: Cast) -> None:
    make_api("payments", owner=cast.team)
    send(ci, "patch", "apis/payments", title="Zebra crossings")
    found = ci.get("/api/v1/search?q=zebra").json()

    assert [result["name"] for result in found["results"] if result["kind"] == "api"] == ["payments"]


def test_a_replaced_draft_is_found_by_its_new_operation_only(cast: Cast) -> None:
    reader = cast.client("viewer")
    publish("payments", owner=cast.team.slug, lifecycle="draft")
    document = openapi()
    document["paths"] = {"/z": {"get": {"operationId": "listZebras", "responses": {"200": {"description": "x"}}}}}
    publish("payments", document=document)

    assert API.objects.get().current_version.operation_count == 1
    assert reader.get("/api/v1/search?q=listZebras&kind=operation").json()["count"] == 1
    assert reader.get("/api/v1/search?q=getPayment&kind=operation&exact=true").json()["count"] == 0
