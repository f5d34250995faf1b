"""Publication rules over REST."""

from typing import Any

import pytest
from django.test import Client

from discovery.models import PublicationRule
from tests.factories.discovery import make_discovered, make_source
from tests.personas import Cast


@pytest.fixture
def admin(cast: Cast) -> Client:
    return cast.client("token_discovery")


def send(client: Client, method: str, url: str = "", **body: object) -> Any:
    return getattr(client, method)(f"/api/v1/publication-rules{url}", body, content_type="application/json")


def test_a_rule_is_added_changed_and_removed(admin: Client):
    answer = send(admin, "post", name="cards", selector={"namespaces": ["cards*"]}, owner="payments", kind="legacy")
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == "/api/v1/publication-rules/cards"
    found = answer.json()
    assert (found["owner"], found["kind"], found["visibility"], found["action"]) == (
        "payments", "legacy", None, "publish",
    )  # fmt: skip
    changed = send(admin, "patch", "/cards", kind=None, owner=None, position=7).json()
    assert (changed["kind"], changed["owner"], changed["position"]) == (None, None, 7)
    assert changed["selector"] == {"namespaces": ["cards*"]}
    assert send(admin, "post", name="cards").status_code == 409
    assert send(admin, "delete", "/cards").status_code == 204
    assert not PublicationRule.objects.exists()


def test_rules_come_in_the_order_they_are_asked(cast: Cast):
    for name, position in (("last", 30), ("first", 10)):
        PublicationRule.objects.create(name=name, position=position)
    found = cast.client("viewer").get("/api/v1/publication-rules").json()["results"]
    assert [rule["name"] for rule in found] == ["first", "last"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "No name"}, "name"),
        ({"name": "preview"}, "name"),
        ({"name": "x", "owner": "nobody"}, "owner"),
        ({"name": "x", "action": "dance"}, "action"),
        ({"name": "x", "selector": []}, "selector"),
        ({"name": "x", "selector": {"exposures": ["moon"]}}, "selector.exposures"),
        ({"name": "x", "colour": "red"}, "colour"),
    ],
)
def test_400_names_the_field(admin: Client, body: dict, field: str):
    answer = send(admin, "post", **body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_preview_keeps_nothing(cast: Cast, admin: Client):
    source = make_source()
    make_discovered(source, name="cart", namespace="shop", proposed_owner=cast.team)
    make_discovered(source, name="other", namespace="office")
    told = {"selector": {"namespaces": ["shop"]}, "action": "ignore"}
    found = send(admin, "post", "/preview", **told).json()
    assert (found["selected"], found["ignore"], found["examples"][0]["name"]) == (1, 1, "cart")
    assert not PublicationRule.objects.exists()

    PublicationRule.objects.create(name="all", action="ignore")
    assert send(admin, "post", "/all/preview").json()["ignore"] == 2
    assert send(admin, "post", "/all/preview", **told).json()["ignore"] == 1
    assert PublicationRule.objects.get().selector == {}
