"""Proposed instances on the pages of an API and of a discovered service, and over REST."""

import pytest

from catalog.models import APIInstance
from discovery.connectors.base import Endpoint, Exposure
from discovery.models import DiscoveredService
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api, make_service
from tests.factories.discovery import make_discovered, make_observation, make_source
from tests.personas import Cast

URL, MESH = "https://pay.bank.example/v1", "http://pay.internal.example/"
INSIDE = "http://payments.cards.svc.cluster.local/"
ADD = "/discovery/instances/payments-api/1.0.0/add/"
REST = "/api/v1/apis/payments-api/versions/1.0.0/proposed-instances"


@pytest.fixture
def row(cast: Cast) -> DiscoveredService:
    source = make_source("prod", owner=cast.team)
    make_api("payments-api", owner=cast.team)
    service = make_service("payments", owner=cast.team, provides=["payments-api"])
    endpoints = (
        Endpoint("pay.bank.example", "/v1", tls=True, by="Ingress pay"),
        Endpoint("pay.internal.example", by="VirtualService pay", scope="mesh"),
        Endpoint("payments.cards.svc.cluster.local", by="Service payments", scope="inside"),
    )
    seen = make_observation("payments", "cards", exposure=Exposure("internet", endpoints))
    return make_discovered(source, "published", seen=seen, service=service)


def test_the_page_of_the_api_offers_what_was_seen_to_who_may_add_it(cast: Cast, row: DiscoveredService):
    pages = {who: cast.client(who).get("/apis/payments-api/instances/") for who in ("member", "viewer")}
    for page in pages.values():
        assert URL in Elements(page.content).texts("address")
        assert INSIDE not in page.content.decode()
    assert ADD in pages["member"].content.decode()
    assert ADD not in pages["viewer"].content.decode()


def test_the_page_of_a_place_shows_addresses_apart_and_offers_the_same(cast: Cast, row: DiscoveredService):
    page = cast.client("member").get(f"/discovery/services/{row.pk}/").content.decode()
    words = ("From the internet", URL, "From the mesh", MESH, "Inside the cluster", INSIDE)
    order = [page.index(one) for one in words]
    assert order == sorted(order)
    assert ADD in page


def test_it_offers_all_only_while_several_are_new(cast: Cast, row: DiscoveredService):
    second = Exposure(
        "internet", (Endpoint("pay.bank.example", "/v1", tls=True), Endpoint("cards.bank.example", "/v1"))
    )
    seen = make_observation("payments-blue", "cards", exposure=second)
    other = make_discovered(row.source, "matched", seen=seen, service=row.service)
    client = cast.client("member")
    pages = ("/apis/payments-api/instances/", f"/discovery/services/{other.pk}/")
    for page in pages:
        assert "Add all" in client.get(page).content.decode()
    client.post(ADD, {"only": f"production {URL}"})
    for page in pages:
        assert "Add all" not in client.get(page).content.decode()


def test_it_adds_one_and_comes_back(cast: Cast, row: DiscoveredService):
    back = "/apis/payments-api/instances/"
    client = cast.client("member")
    answer = client.post(ADD, {"only": f"production {URL}", "next": back})
    assert (answer.status_code, answer["Location"]) == (303, back)
    assert APIInstance.objects.get().url == URL
    assert "1 instance was added" in client.get(back).content.decode()


def test_it_says_that_what_was_chosen_is_not_proposed(cast: Cast, row: DiscoveredService):
    client = cast.client("member")
    answer = client.post(ADD, {"only": f"production {INSIDE}"})
    assert answer["Location"] == "/apis/payments-api/instances/?version=1.0.0"
    assert "Nothing was added" in client.get(answer["Location"]).content.decode()
    assert not APIInstance.objects.exists()


def test_rest_says_and_does_the_same(cast: Cast, row: DiscoveredService):
    client = cast.client("member")
    proposed = {
        "environment": "production",
        "url": URL,
        "scope": "internet",
        "by": "Ingress pay",
        "source": "prod",
        "state": "new",
    }
    assert client.get(REST).json() == {"results": [proposed]}
    added = client.post(REST, content_type="application/json")
    assert (added.status_code, added.json()) == (200, {"added": [{"environment": "production", "url": URL}]})
    assert client.get(REST).json() == {"results": [{**proposed, "state": "there"}]}
    wrong = {"instances": [{"environment": "production", "url": INSIDE}]}
    assert client.post(REST, wrong, content_type="application/json").status_code == 400


def test_the_page_of_the_service_never_calls_an_inside_address_one_of_the_internet(cast: Cast, row: DiscoveredService):
    place = cast.client("member").get("/api/v1/services/payments").json()["places"][0]
    assert (place["endpoints"], place["mesh"], place["inside"]) == ([URL], [MESH], [INSIDE])
    page = cast.client("member").get("/services/payments/").content.decode()
    assert page.index("Inside the cluster") < page.index(INSIDE)


def test_rest_tells_the_scope_of_each_address(cast: Cast, row: DiscoveredService):
    facts = cast.client("member").get(f"/api/v1/discovered-services/{row.pk}").json()["facts"]
    assert [(one["scope"], one["url"]) for one in facts["endpoints"]] == [
        ("internet", URL),
        ("mesh", MESH),
        ("inside", INSIDE),
    ]
