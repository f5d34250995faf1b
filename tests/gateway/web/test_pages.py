"""The pages of gateways and routes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from gateway.models import Gateway, Route, RouteProblem
from gateway.tokens import find_gateway
from tests.contracts.matrix_gateway import ROUTE_FORM
from tests.factories.accounts import make_team, make_user
from tests.factories.gateway import hear, known, make_environment, make_gateway, make_route, make_version

pytestmark = pytest.mark.django_db

GATEWAY_FORM = {"slug": "edge", "title": "The edge", "url": "https://edge.example.com"}


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(make_user(role=Role.ADMINISTRATOR))
    return client


def text(answer: Any) -> str:
    return answer.content.decode()


def test_it_shows_a_new_token_once(admin: Client) -> None:
    make_environment()
    form = GATEWAY_FORM | {
        "environments": ["production"],
        "networks": "10.0.0.0/8\n127.0.0.0/8",
        "closed_ports": "8000, 9",
    }

    answer = admin.post(reverse("gateway:gateway-new"), form)

    gateway = Gateway.objects.get()
    assert (gateway.networks, gateway.closed_ports) == (["10.0.0.0/8", "127.0.0.0/8"], [9, 8000])
    token = answer.context["token"]
    assert known(token).id == gateway.pk
    assert text(answer).count(token) >= 1
    assert "no-store" in answer["Cache-Control"]
    assert token not in text(admin.get(reverse("gateway:gateway-detail", args=["edge"])))


@pytest.mark.parametrize(
    ("field", "value"),
    [("slug", "new"), ("url", "nowhere"), ("networks", "10.0.0"), ("closed_ports", "http"), ("closed_ports", "99999")],
)
def test_it_says_beside_the_field_what_is_wrong(admin: Client, field: str, value: str) -> None:
    answer = admin.post(reverse("gateway:gateway-new"), GATEWAY_FORM | {field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}


def test_it_replaces_a_token(admin: Client) -> None:
    _, old = make_gateway("edge")

    answer = admin.post(reverse("gateway:gateway-token", args=["edge"]))

    assert find_gateway(old) is None
    assert known(answer.context["token"]).slug == "edge"


def test_it_changes_and_removes_a_gateway(admin: Client) -> None:
    make_gateway("edge", networks=["10.0.0.0/8"])
    form = {"title": "Another", "url": "https://other.example.com"}

    admin.post(reverse("gateway:gateway-edit", args=["edge"]), form)
    gateway = Gateway.objects.get()
    assert (gateway.title, gateway.url, gateway.networks) == ("Another", "https://other.example.com", [])

    admin.post(reverse("gateway:gateway-remove", args=["edge"]))
    assert not Gateway.objects.exists()


def test_it_tells_how_a_gateway_is(admin: Client) -> None:
    gateway, secret = make_gateway("edge")
    route = make_route(make_version("payments", title="Payments"))
    assert "Not connected yet" in text(admin.get(reverse("gateway:gateway-list")))

    hear(secret, "payments", refusal="<b>route</b> is not valid")
    RouteProblem.objects.create(gateway=gateway, route=route, problem="It has no address.", since=route.created_at)

    page = text(admin.get(reverse("gateway:gateway-detail", args=["edge"])))
    assert "Serving" in page
    assert "&lt;b&gt;route&lt;/b&gt; is not valid" in page
    assert "It has no address." in page
    assert "last known" not in page

    Gateway.objects.update(heard_at=timezone.now() - timedelta(seconds=61))
    assert "What follows is last known" in text(admin.get(reverse("gateway:gateway-detail", args=["edge"])))


def test_it_keeps_apis_that_one_may_not_know_of_from_the_page() -> None:
    _, secret = make_gateway("edge")
    make_route(make_version("secret-thing", title="Secret thing", visibility="private"))
    hear(secret, "secret-thing", refusal="secret-thing is not valid")
    client = Client()
    client.force_login(make_user())

    assert "secret-thing" not in text(client.get(reverse("gateway:gateway-detail", args=["edge"])))


def test_it_sets_changes_and_removes_a_route(admin: Client) -> None:
    make_gateway("edge", networks=["10.0.0.0/8"])
    make_environment()
    make_version("payments")
    pages = reverse("gateway:api-routes", args=["payments"])
    new = reverse("gateway:route-new", args=["payments", "1.0.0"])
    form = ROUTE_FORM | {"environment": "production", "upstream": "http://10.0.0.1"}

    refused = admin.post(new, form | {"upstream": "http://169.254.169.254", "max_requests": 0})
    assert refused.status_code == 422
    assert "max_requests" in refused.context["form"].errors
    refused = admin.post(new, form | {"upstream": "http://169.254.169.254"})
    assert refused.context["form"].errors.keys() == {"upstream"}

    assert admin.post(new, form)["Location"] == pages
    route = Route.objects.get()
    assert "out of contact" in text(admin.get(pages)) and "http://10.0.0.1" in text(admin.get(pages))

    admin.post(reverse("gateway:route-edit", args=["payments", route.public_id]), form | {"retries": 3})
    route.refresh_from_db()
    assert (route.retries, route.verifies_upstream) == (3, False)

    admin.post(reverse("gateway:route-remove", args=["payments", route.public_id]))
    assert not Route.objects.exists()


def test_it_does_not_say_to_everybody_where_a_route_leads() -> None:
    make_gateway("edge", team=make_team())
    make_route(make_version("payments"), upstream="https://inside.example.com")
    client = Client()
    client.force_login(make_user())

    assert "inside.example.com" not in text(client.get(reverse("gateway:api-routes", args=["payments"])))


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("http://127.0.0.1:8781", ["PORTICO_GATEWAY_PORT=8781"]),
        ("http://gateway.example.com:8443", ["PORTICO_GATEWAY_PORT=8443", "PORTICO_GATEWAY_BIND=0.0.0.0"]),
        ("https://gateway.example.com", ["PORTICO_GATEWAY_BIND=0.0.0.0"]),
    ],
)
def test_it_says_how_to_start_a_gateway_that_answers_at_its_address(admin: Client, url: str, settings: list) -> None:
    make_gateway("edge", url=url)

    lines = admin.get(reverse("gateway:gateway-detail", args=["edge"])).context["command"].split(" \\\n")

    assert lines[1:] == [
        "PORTICO_GATEWAY_TOKEN_FILE=/etc/portico/edge.token",
        "PORTICO_GATEWAY_HOME=/var/lib/portico/edge",
        *settings,
        "python manage.py gateway_run",
    ]
