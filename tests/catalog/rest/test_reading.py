"""Reading the catalog over REST: shapes, paging, documents, `latest`."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from catalog.models import APIVersion
from catalog.search.words import refresh
from tests.factories.catalog import as_bytes, make_api, make_domain, make_environment, make_service, openapi, publish
from tests.personas import Cast

API_URL = "/api/v1/apis/payments"


@pytest.fixture
def reader(cast: Cast) -> Client:
    return cast.client("viewer")


@pytest.fixture
def _api(cast: Cast) -> None:
    make_environment("production")
    make_domain("cards")
    publish(
        "payments",
        owner=cast.team.slug,
        domain="cards",
        tags=["money"],
        links=[{"title": "Runbook", "url": "https://wiki.example.com"}],
        docs="# How to",
        changelog="First",
        instances=[{"environment": "production", "url": "https://api.example.com"}],
    )
    publish("payments", "1.10.0")
    publish("payments", "1.9.0", lifecycle="deprecated", sunset=date(2030, 1, 31), successor="1.10.0")
    make_service("ledger", owner=cast.other_team, provides=["payments"])
    make_service("hidden", owner=cast.other_team, provides=["payments"], visibility="private")


@pytest.mark.usefixtures("_api")
def test_an_api_names_everything_by_slug(reader: Client) -> None:
    body = reader.get(API_URL).json()

    assert body.pop("url").endswith("/apis/payments/")
    for field in ("created_at", "updated_at", "published_at"):
        assert body.pop(field)
    assert body == {
        "slug": "payments",
        "title": "Payments",
        "description": "Everything about payments.",
        "owner": "payments",
        "domain": "cards",
        "system": None,
        "tags": ["money"],
        "visibility": "internal",
        "lifecycle": "published",
        "links": [{"title": "Runbook", "url": "https://wiki.example.com"}],
        "docs": [{"slug": "documentation", "title": "Documentation"}],
        "version": "1.10.0",
        "format": "openapi",
        "provided_by": ["ledger"],
        "consumed_by": [],
    }


@pytest.mark.usefixtures("_api")
def test_versions_stand_newest_first_a_page_at_a_time(reader: Client) -> None:
    first = reader.get(f"{API_URL}/versions", query_params={"limit": 2}).json()
    second = reader.get(first["next"]).json()

    assert [version["name"] for version in first["results"]] == ["1.10.0", "1.9.0"]
    assert [version["name"] for version in second["results"]] == ["1.0.0"]
    assert (first["count"], first["count_exact"], second["next"]) == (3, True, None)
    deprecated = first["results"][1]
    assert (deprecated["lifecycle"], deprecated["sunset"], deprecated["successor"]) == (
        "deprecated",
        "2030-01-31",
        "1.10.0",
    )
    named = reader.get(f"{API_URL}/versions", query_params={"lifecycle": "deprecated"}).json()
    assert [version["name"] for version in named["results"]] == ["1.9.0"]


@pytest.mark.usefixtures("_api")
def test_a_version_says_what_its_document_says(reader: Client) -> None:
    body = reader.get(f"{API_URL}/versions/1.0.0").json()

    assert (body["api"], body["name"], body["changelog"]) == ("payments", "1.0.0", "First")
    assert body["instances"] == [{"environment": "production", "url": "https://api.example.com"}]
    assert body["specification"]["size"] == len(as_bytes(openapi()))
    assert body["findings"] == []
    assert reader.get(f"{API_URL}/versions/latest").json()["name"] == "1.10.0"
    for missing in ("auto", "2.0.0"):
        assert reader.get(f"{API_URL}/versions/{missing}").status_code == 404


@pytest.mark.usefixtures("_api")
def test_a_document_comes_back_byte_by_byte(reader: Client) -> None:
    document = b"# a comment\nopenapi: 3.0.3\ninfo: {title: 'P\xc3\xa4y', version: '3'}\r\npaths: {}\n\n"
    publish("payments", "3", document=document)
    url = f"{API_URL}/versions/3/specification"
    answer = reader.get(url)

    assert answer.content == document
    assert answer["Content-Type"] == "application/json"  # as the factory sent it
    assert answer["Content-Disposition"] == 'attachment; filename="payments-3.json"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    sha256 = APIVersion.objects.get(name="3").specification.sha256
    assert answer["ETag"] == f'"{sha256}"'
    for known in (answer["ETag"], f"W/{answer['ETag']}", f'"other", {answer["ETag"]}', "*"):
        again = reader.get(url, headers={"if-none-match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert reader.get(url, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_document_is_never_a_page_of_ours(cast: Cast) -> None:
    client = cast.client("token_publish")
    client.put(f"{API_URL}/versions/1.0.0", as_bytes(openapi()), content_type="text/plain", headers={"accept": "*/*"})

    assert client.get(f"{API_URL}/versions/1.0.0/specification")["Content-Type"] == "application/json"


@pytest.mark.usefixtures("_api")
def test_an_operation_brings_the_definitions_it_reaches(reader: Client) -> None:
    document = openapi()
    document["components"]["schemas"]["Unreached"] = {"type": "string"}
    publish("payments", "2.0.0", document=document)
    listed = reader.get(f"{API_URL}/versions/latest/operations").json()

    assert listed["results"] == [
        {
            "slug": "getPayment",
            "method": "GET",
            "path": "/payments/{payment_id}",
            "operation_id": "getPayment",
            "summary": "Read a payment",
            "group": "payments",
            "deprecated": False,
        }
    ]
    body = reader.get(f"{API_URL}/versions/2.0.0/operations/getPayment").json()
    assert set(body["definitions"]) == {"#/components/schemas/Payment"}
    assert body["url"].endswith("/apis/payments/versions/2.0.0/operations/getPayment/")
    assert reader.get(f"{API_URL}/versions/2.0.0/operations/nothing").status_code == 404


@pytest.mark.parametrize(
    "number", ["9223372036854775808", "1e400", "1" + "0" * 40, "-0.1e-400", "0.1234567890123456789"]
)
def test_numbers_of_any_size_come_back(reader: Client, cast: Cast, number: str) -> None:
    document = as_bytes(openapi()).replace(b'"amount":{"type":"integer"}', b'"amount":{"maximum":%s}' % number.encode())
    answer = cast.client("token_publish").put(f"{API_URL}/versions/1.0.0", document, content_type="application/json")

    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        assert b'"maximum"' in reader.get(f"{API_URL}/versions/1.0.0/operations/getPayment").content


@pytest.mark.usefixtures("_api")
def test_operations_are_filtered(reader: Client) -> None:
    url = f"{API_URL}/versions/latest/operations"
    for query, count in (
        ({"method": "get"}, 1),
        ({"method": "POST"}, 0),
        ({"group": "payments"}, 1),
        ({"deprecated": "true"}, 0),
    ):
        assert reader.get(url, query_params=query).json()["count"] == count, query


@pytest.mark.usefixtures("_api")
def test_instances_and_pages_are_lists(reader: Client) -> None:
    instances = reader.get(f"{API_URL}/versions/1.0.0/instances").json()
    assert instances["results"] == [{"environment": "production", "url": "https://api.example.com"}]
    pages = reader.get(f"{API_URL}/docs").json()
    assert [page["body"] for page in pages["results"]] == ["# How to"]
    assert reader.get(f"{API_URL}/docs/documentation").json()["title"] == "Documentation"
    assert reader.get(f"{API_URL}/docs/other").status_code == 404


@pytest.mark.usefixtures("_api")
def test_a_service_names_what_it_stands_to(reader: Client) -> None:
    body = reader.get("/api/v1/services/ledger").json()

    assert (body["slug"], body["kind"], body["owner"]) == ("ledger", "microservice", "lending")
    assert (body["provides"], body["consumes"], body["depends_on"], body["depended_on_by"]) == (
        ["payments"],
        [],
        [],
        [],
    )


@pytest.mark.parametrize("path", ["", "/versions", "/versions/1.0.0", "/versions/latest/operations", "/docs"])
def test_what_is_not_there_is_404(reader: Client, path: str) -> None:
    answer = reader.get(f"{API_URL}{path}")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("_api")
@pytest.mark.parametrize(
    "path", ["?limit=5", "/versions?sort=x", "/versions/latest?x=1", "/versions/latest/operations?x=1", "/docs?x"]
)
def test_unknown_parameters_are_errors(reader: Client, path: str) -> None:
    assert reader.get(f"{API_URL}{path}").status_code == 400


def test_the_list_has_filters_orderings_and_facets(reader: Client, cast: Cast) -> None:
    make_domain("cards")
    for slug, metadata in (("one", {"domain": "cards", "tags": ["a"]}), ("two", {"tags": ["a", "b"]}), ("three", {})):
        make_api(slug, owner=cast.team, title=slug.capitalize(), **metadata)

    def slugs(**query: Any) -> list[str]:
        return [api["slug"] for api in reader.get("/api/v1/apis", query_params=query).json()["results"]]

    assert slugs() == ["one", "three", "two"]
    assert slugs(tag="a") == ["one", "two"]
    assert slugs(tag="b", domain="cards") == []
    assert slugs(tag=["a,b"]) == ["one", "two"]
    assert slugs(domain="cards", owner="payments", lifecycle="published", format="openapi") == ["one"]
    assert slugs(ordering="-updated") == ["three", "two", "one"]
    assert slugs(q="two") == ["two"]
    answer = reader.get("/api/v1/apis", query_params={"facets": "true", "limit": 2}).json()
    assert (len(answer["results"]), answer["count"], answer["count_exact"]) == (2, 3, True)
    assert {"value": "a", "title": "a", "count": 2} in answer["facets"]["tag"]
    assert "kind" not in answer["facets"]
    assert [api["slug"] for api in reader.get(answer["next"]).json()["results"]] == ["two"]


@pytest.mark.parametrize(
    "query",
    [
        "lifecycle=beta",
        "ordering=size",
        "limit=0",
        "limit=201",
        "cursor=x",
        "facets=perhaps",
        "q=" + "x" * 501,
        "kind=api",
    ],
)
def test_the_list_refuses_what_it_cannot_mean(reader: Client, query: str) -> None:
    assert reader.get(f"/api/v1/apis?{query}").status_code == 400


def test_services_are_listed_by_kind(reader: Client, cast: Cast) -> None:
    make_service("ledger", owner=cast.team, kind="monolith")
    make_service("mail", owner=cast.team, kind="saas")
    body = reader.get("/api/v1/services", query_params={"kind": "saas"}).json()

    assert [(service["slug"], service["kind"]) for service in body["results"]] == [("mail", "saas")]
    assert reader.get("/api/v1/services?kind=robot").status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/apis", "/api/v1/services", "/api/v1/search"])
def test_every_value_of_a_facet_is_one_that_its_filter_takes(reader: Client, cast: Cast, path: str) -> None:
    make_domain("cards")
    make_api("cards", owner=cast.team, domain="cards", tags=["a"])
    make_service("ledger", owner=cast.team, kind="monolith", domain="cards", tags=["a"], provides=["cards"])
    facets = reader.get(path, query_params={"facets": "true"}).json()["facets"]

    for facet, values in facets.items():
        for value in values:
            answer = reader.get(path, query_params={facet: value["value"]})
            assert answer.status_code == 200, (facet, value)
            assert answer.json()["count"] == value["count"], (facet, value)


@pytest.mark.usefixtures("_api")
def test_search_leads_to_the_very_operation(reader: Client) -> None:
    refresh()
    found = reader.get("/api/v1/search", query_params={"q": "getPaymnet"}).json()

    best = found["results"][0]
    assert (best["kind"], best["api"], best["version"], best["operation"]) == (
        "operation",
        "payments",
        "1.10.0",
        "getPayment",
    )
    assert best["url"].endswith("/apis/payments/versions/1.10.0/operations/getPayment/")
    assert found["correction"]["asked"] == "getPaymnet"
    assert set(best) == {
        "kind",
        "name",
        "title",
        "description",
        "url",
        "matched",
        "api",
        "version",
        "operation",
        "method",
        "path",
    }


@pytest.mark.usefixtures("_api")
@pytest.mark.parametrize("kind", ["api", "operation", "service", "team", "domain", "page"])
def test_search_finds_every_kind_with_its_page(reader: Client, kind: str) -> None:
    words = {"api": "payments", "operation": "payment", "service": "ledger", "team": "payments", "domain": "cards"}
    query = {"q": words.get(kind, "documentation"), "kind": kind}
    results = reader.get("/api/v1/search", query_params=query).json()["results"]

    assert {result["kind"] for result in results} == {kind}
    assert all(result["url"].startswith("http") for result in results)
