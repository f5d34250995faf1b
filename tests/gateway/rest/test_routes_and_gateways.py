"""Gateways, routes and traffic through the REST API."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, Scope
from gateway.models import Route
from gateway.usecases.take_usage import take_usage
from gateway.values import Requests, Usage
from tests.factories.accounts import make_token
from tests.factories.gateway import AGENT, hear, known, make_environment, make_gateway, make_route, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    token = make_token(role=Role.ADMINISTRATOR, scopes=(Scope.MARKETPLACE,))[1]
    return Client(headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def reader() -> Client:
    token = make_token(role=Role.VIEWER, scopes=(Scope.READ,))[1]
    return Client(headers={"authorization": f"Bearer {token}"})


def send(client: Client, method: str, url: str, /, **body: Any) -> Any:
    return getattr(client, method)(f"/api/v1/{url}", body, content_type="application/json")


def test_it_adds_reads_changes_and_removes_a_gateway(admin: Client, reader: Client) -> None:
    made = send(admin, "post", "gateways", slug="edge", url="https://edge.example.com", networks=["10.0.0.0/8"])
    assert made.status_code == 201
    assert made["Location"] == "/api/v1/gateways/edge"
    token = made.json()["token"]
    assert known(token).slug == "edge"

    told = admin.get("/api/v1/gateways/edge").json()
    assert "token" not in told
    assert (told["state"], told["networks"], told["environments"]) == ("new", ["10.0.0.0/8"], [])
    assert reader.get("/api/v1/gateways/edge").json()["networks"] is None
    assert [one["slug"] for one in reader.get("/api/v1/gateways").json()["results"]] == ["edge"]

    assert send(admin, "patch", "gateways/edge", title="The edge").json()["title"] == "The edge"
    assert send(admin, "patch", "gateways/edge", networks=["x"]).json()["errors"][0]["field"] == "networks"
    new = send(admin, "post", "gateways/edge/rotate-token").json()["token"]
    assert new != token and known(new).slug == "edge"
    assert admin.delete("/api/v1/gateways/edge").status_code == 204
    assert admin.get("/api/v1/gateways/edge").status_code == 404


def test_it_sets_reads_changes_and_removes_a_route(admin: Client, reader: Client) -> None:
    _, secret = make_gateway("edge", url="https://edge.example.com", networks=["10.0.0.0/8"])
    make_environment()
    make_version("payments")
    place = "apis/payments/versions/1.0.0/instances"
    wanted = {"environment": "production", "upstream": "http://10.1.1.1:8080", "gateway_path": "/payments"}

    made = send(admin, "post", place, **wanted, timeout_seconds=3)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["url"], told["timeout_seconds"]) == ("https://edge.example.com/payments", 3.0)
    assert told["in_force"]["count_in_force"] == 0
    assert [one["url"] for one in reader.get(f"/api/v1/{place}").json()["results"]] == [told["url"]]

    hear(secret, "payments")
    read = reader.get(made["Location"]).json()
    assert (read["in_force"]["count_in_force"], read["upstream"]) == (1, None)
    assert [one["id"] for one in reader.get("/api/v1/apis/payments/routes").json()["results"]] == [told["id"]]

    changed = send(admin, "patch", f"routes/{told['id']}", gateway_path="/pay", retries=2).json()
    assert (changed["url"], changed["retries"]) == ("https://edge.example.com/pay", 2)
    assert admin.delete(f"/api/v1/routes/{told['id']}").status_code == 204
    assert not Route.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("environment", "nowhere"),
        ("upstream", "http://169.254.169.254"),
        ("gateway_path", "/../x"),
        ("retries", 9),
        ("unknown", 1),
    ],
)
def test_it_names_the_member_that_is_wrong(admin: Client, field: str, value: Any) -> None:
    make_gateway("edge")
    make_environment()
    make_version("payments")
    wanted = {"environment": "production", "upstream": "https://192.0.9.1", "gateway_path": "/payments", field: value}

    answer = send(admin, "post", "apis/payments/versions/1.0.0/instances", **wanted)

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_it_answers_traffic(admin: Client) -> None:
    _, secret = make_gateway("edge")
    route = make_route(make_version("payments"))
    now = timezone.now()
    minute = int(now.timestamp()) // 60 * 60
    line = Requests(minute=minute, route=route.public_id, subscription="", credential="", status=500, count=4)
    take_usage(actor=AGENT, gateway=known(secret), usage=Usage(batch="one", requests=(line,)), now=now)

    told = admin.get("/api/v1/apis/payments/usage?by=gateway").json()

    assert (told["total"]["requests"], told["total"]["server_errors"]) == (4, 4)
    assert told["step_seconds"] == 600
    assert [one["key"] for one in told["groups"]] == ["edge"]


@pytest.mark.parametrize("query", ["from=x", "from=2026-01-01", "by=nothing", "to=0001-01-01T00:00:00Z", "other=1"])
def test_it_refuses_windows_that_are_none(admin: Client, query: str) -> None:
    make_version("payments")

    assert admin.get(f"/api/v1/apis/payments/usage?{query}").status_code == 400
