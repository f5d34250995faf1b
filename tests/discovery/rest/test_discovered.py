"""Discovered services over REST: the list, one in full, and deciding about them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Scope
from catalog.models import Service
from discovery.connectors.base import Claim
from discovery.models import DiscoveredService, Source
from tests.factories.accounts import make_token
from tests.factories.catalog import make_domain, make_service
from tests.factories.discovery import make_discovered, make_exposed, make_source
from tests.personas import Cast

FIELDS = {
    "id", "source", "name", "namespace", "cluster", "environment", "kind", "state", "exposure", "first_seen",
    "last_seen", "service", "mesh", "mtls", "callers", "is_open",
}  # fmt: skip


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source("prod", owner=cast.team, seen_at=timezone.now())


@pytest.fixture
def member(cast: Cast) -> Client:
    return cast.client("member")


def send(client: Client, verb: str, row: DiscoveredService | None = None, **body: object) -> Any:
    url = f"/api/v1/discovered-services/{row.pk}/{verb}" if row else f"/api/v1/discovered-services/{verb}"
    return client.post(url, body, content_type="application/json")


def names(client: Client, query: str) -> list[str]:
    answer = client.get(f"/api/v1/discovered-services?{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_a_row_says_what_was_seen_and_what_is_proposed(cast: Cast, source: Source, member: Client):
    row = make_discovered(source, seen=make_exposed("cart", namespace="shop"), proposed_owner=cast.team)
    found = member.get("/api/v1/discovered-services").json()["results"][0]
    assert set(found) == FIELDS | {"proposal"}
    assert (found["id"], found["source"], found["kind"], found["exposure"]) == (row.pk, "prod", "Service", "internet")
    assert found["last_seen"].startswith(source.seen_at.strftime("%Y-%m-%dT%H:%M:%S"))
    assert found["proposal"] == {
        "kind": "microservice",
        "owner": "payments",
        "domain": None,
        "system": None,
        "visibility": "internal",
    }


def test_it_is_narrowed_ordered_and_paged(source: Source, member: Client):
    for name in ("b", "a", "c"):
        make_discovered(source, "ignored" if name == "c" else "new", name=f"{name}-service")
    assert names(member, "") == ["c-service", "a-service", "b-service"]
    assert names(member, "ordering=name") == ["a-service", "b-service", "c-service"]
    assert names(member, "search=A-SERV&ordering=-name") == ["a-service"]
    assert names(member, "search=service&state=new") == ["a-service", "b-service"]
    first = member.get("/api/v1/discovered-services?limit=2").json()
    assert (first["count"], first["count_exact"]) == (3, True)
    last = member.get(f"/api/v1/discovered-services?{first['next'].partition('?')[2]}").json()
    assert (last["count"], last["next"]) == (3, None)
    assert names(member, first["next"].partition("?")[2]) == ["b-service"]
    assert member.get("/api/v1/discovered-services?state=lost").status_code == 400
    assert member.get("/api/v1/discovered-services?ordering=age").status_code == 400


def test_one_says_everything_that_is_known(cast: Cast, source: Source, member: Client):
    seen = make_exposed("cart", claims=(Claim("owner", "payments", "annotation portico.io/owner"),))
    row = make_discovered(source, seen=seen, reasons={"owner": "annotation portico.io/owner"})
    found = member.get(f"/api/v1/discovered-services/{row.pk}").json()
    assert found["facts"]["endpoints"] == [
        {
            "url": "https://pay.example.com/",
            "scope": "internet",
            "protocol": "http",
            "host": "pay.example.com",
            "port": None,
            "path": "/",
            "tls": True,
            "by": "Ingress cart",
        }
    ]
    assert found["facts"]["claims"][0]["value"] == "payments"
    assert found["facts"]["workloads"][0]["ready"] is None
    assert found["proposal"]["reasons"] == {"owner": "annotation portico.io/owner"}
    assert (found["decisions"], found["specification"]["outcome"], found["is_held"]) == ([], None, False)


def test_a_private_service_of_others_is_not_named(cast: Cast, source: Source, member: Client):
    private = make_service("secret-ledger", owner=cast.other_team, visibility="private")
    row = make_discovered(source, "published", name="ledger", service=private, match_reason="system secret-bank")
    make_discovered(source, "published", name="open", service=make_service("open-ledger", owner=cast.other_team))
    for answer in (member.get("/api/v1/discovered-services"), member.get(f"/api/v1/discovered-services/{row.pk}")):
        assert "secret" not in answer.content.decode()
    administrator = cast.client("administrator").get("/api/v1/discovered-services").json()["results"]
    assert {found["service"] for found in administrator} == {"secret-ledger", "open-ledger"}


def test_it_is_published_as_proposed_or_as_told(cast: Cast, source: Source, member: Client):
    make_domain("cards")
    one, two = (make_discovered(source, name=name, proposed_owner=cast.team) for name in ("cart", "checkout"))
    assert send(member, "publish", one).json()["service"] == "cart"
    answer = send(member, "publish", two, domain="cards", kind="legacy", visibility="public")
    assert (answer.json()["state"], answer.json()["service"]) == ("published", "checkout")
    service = Service.objects.get(slug="checkout")
    assert (service.domain.slug, service.kind, service.visibility) == ("cards", "legacy", "public")


def test_it_refuses_by_field(source: Source, member: Client):
    row = make_discovered(source)
    for verb, body, field in (
        ("publish", {"domain": "nowhere"}, "domain"),
        ("publish", {"kind": "toy"}, "kind"),
        ("ignore", {}, "reason"),
        ("ignore", {"reason": " "}, "reason"),
        ("merge", {"service": "nothing"}, "service"),
    ):
        answer = send(member, verb, row, **body)
        assert answer.status_code == 400, (verb, answer.content)
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_it_is_ignored_with_its_reason_and_restored(source: Source, member: Client):
    row = make_discovered(source)
    found = send(member, "ignore", row, reason="A sidecar").json()
    assert (found["state"], found["decisions"][0]["reason"]) == ("ignored", "A sidecar")
    assert send(member, "publish", row).status_code == 409
    restored = send(member, "restore", row).json()
    assert (restored["state"], restored["decisions"][0]["lifted_by"]) == ("new", "member")
    assert send(member, "retire", row, reason="Gone").json()["state"] == "retired"


def test_it_is_merged_and_parted(cast: Cast, source: Source, member: Client):
    make_service("ledger", owner=cast.team)
    row = make_discovered(source)
    merged = send(member, "merge", row, service="ledger").json()
    assert (merged["service"], merged["is_pinned"]) == ("ledger", True)
    parted = send(member, "part", row).json()
    assert (parted["service"], parted["decisions"][0]["verdict"]) == (None, "parted")


def test_a_proposal_is_chosen_and_taken_back(source: Source, member: Client):
    row = make_discovered(source)
    url = f"/api/v1/discovered-services/{row.pk}"
    for value, chosen in (("legacy", {"kind": "legacy"}), (None, {})):
        answer = member.patch(url, {"kind": value}, content_type="application/json")
        assert answer.json()["proposal"]["chosen"] == chosen
    send(member, "ignore", row, reason="Not ours")
    assert member.patch(url, {"kind": "saas"}, content_type="application/json").status_code == 409


def test_several_are_decided_at_once_or_none(cast: Cast, source: Source, member: Client):
    rows = [make_discovered(source, name=name, proposed_owner=cast.team) for name in ("cart", "checkout")]
    ids = [row.pk for row in rows]
    answer = send(member, "publish", ids=ids, visibility="private").json()
    assert answer == {"published": ids, "created": ["cart", "checkout"], "linked": []}
    assert send(member, "ignore", ids=ids, reason="No").json() == {"ignored": ids}
    assert send(member, "ignore", ids=ids, reason="No").json() == {"ignored": []}
    assert send(member, "publish", ids=ids).status_code == 409
    missing = send(member, "publish", ids=[*ids, 10**12])
    assert missing.json()["errors"] == [{"field": "ids", "message": f"There is no discovered service {10**12}."}]
    assert send(member, "publish", ids=[]).status_code == 400


def test_publishing_names_no_service_that_the_caller_may_not_know_of(cast: Cast, source: Source):
    secret = make_service("secret-project", visibility="private")
    Service.objects.update(owner=None)
    row = make_discovered(source, "matched", service=secret)
    token = make_token(team=cast.team, scopes=(Scope.DISCOVERY,))[1]

    answer = send(Client(headers={"authorization": f"Bearer {token}"}), "publish", ids=[row.pk])

    assert answer.json() == {"published": [row.pk], "created": [], "linked": []}
