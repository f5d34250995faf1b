"""Gateways: adding, changing and removing them."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import AuditEvent, Role, Scope
from common.access import Denied
from common.errors import Conflict, Invalid
from gateway.models import Gateway, InForce, Receipt
from gateway.tokens import find_gateway
from gateway.usecases.add_gateway import add_gateway
from gateway.usecases.edit_gateway import edit_gateway
from gateway.usecases.remove_gateway import remove_gateway
from gateway.usecases.rotate_gateway_token import rotate_gateway_token
from marketplace import generations
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.gateway import hear, known, make_environment, make_gateway, make_route, make_version

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Actor(kind="user", name="Ada", role=Role.ADMINISTRATOR)


def add(slug: str = "edge", **metadata: Any) -> tuple[Gateway, str]:
    given = {"title": "The edge", "url": "https://api.example.com/"} | metadata
    return add_gateway(actor=ADMINISTRATOR, slug=slug, metadata=given, now=timezone.now())


def edit(gateway: Gateway, **metadata: Any) -> list[str]:
    return edit_gateway(actor=ADMINISTRATOR, gateway=gateway, metadata=metadata, now=timezone.now())


def test_it_adds_a_gateway_and_tells_its_token_once() -> None:
    team, production = make_team("platform"), make_environment()

    gateway, token = add(team="platform", environments=["production"], networks=["10.1.2.3/8"], closed_ports=[9, 8])

    assert known(token).id == gateway.pk
    gateway.refresh_from_db()
    assert (gateway.title, gateway.url, gateway.team) == ("The edge", "https://api.example.com", team)
    assert list(gateway.environments.all()) == [production]
    assert (gateway.networks, gateway.closed_ports) == (["10.0.0.0/8"], [8, 9])
    event = AuditEvent.objects.get(action="gateway.gateway.added")
    assert token not in str(event.difference) and gateway.token_digest not in str(event.difference)
    assert generations.current() > 0


@pytest.mark.parametrize(
    ("field", "metadata"),
    [
        ("slug", {"slug": "Not A Slug"}),
        ("url", {"url": "ftp://api.example.com"}),
        ("url", {"url": "https://u:p@api.example.com"}),
        ("team", {"team": "nobody"}),
        ("environments", {"environments": ["nowhere"]}),
        ("networks", {"networks": ["10.0.0"]}),
        ("closed_ports", {"closed_ports": [0]}),
    ],
)
def test_it_refuses_what_cannot_be(field: str, metadata: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        add(**metadata)
    assert refused.value.fields.keys() == {field}
    assert not Gateway.objects.exists()


def test_it_refuses_a_name_that_is_taken() -> None:
    add()
    with pytest.raises((Conflict, Invalid)):
        add()


def test_it_is_for_administrators_only() -> None:
    gateway, _ = make_gateway()
    token = Actor(kind="token", name="t", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.PUBLISH}))
    for actor in (actor_of(make_user()), token):
        for act in (
            lambda actor: add_gateway(actor=actor, slug="x", metadata={"url": "https://x"}, now=timezone.now()),
            lambda actor: edit_gateway(actor=actor, gateway=gateway, metadata={"title": "x"}, now=timezone.now()),
            lambda actor: rotate_gateway_token(actor=actor, gateway=gateway, now=timezone.now()),
            lambda actor: remove_gateway(actor=actor, gateway=gateway, now=timezone.now()),
        ):
            with pytest.raises(Denied):
                act(actor)


def test_it_tells_the_agent_of_other_settings() -> None:
    gateway, _ = add()
    before = generations.current()

    assert edit(gateway, networks=["10.0.0.0/8"], title="The edge") == ["networks"]
    assert generations.current() == before + 1
    assert edit(gateway, networks=["10.0.0.0/8"]) == []
    assert generations.current() == before + 1


def test_it_moves_instances_with_the_gateways_address() -> None:
    gateway, _ = add(url="https://gateway.example.com")
    route = make_route(make_version("payments"))

    edit(gateway, url="https://api.example.com")

    route.instance.refresh_from_db()
    assert route.instance.url == "https://api.example.com/payments"


def test_it_has_everything_acknowledged_anew_when_the_environments_change() -> None:
    gateway, token = add()
    make_environment("staging", 2)
    route = make_route(make_version("payments"))
    hear(token, "payments")
    before = generations.current()

    assert edit(gateway, environments=["production"]) == ["environments"]

    assert not Receipt.objects.exists()
    assert not InForce.objects.exists()
    hear(token, "payments")
    assert generations.current() == before + 1
    assert InForce.objects.get().object_id == route.pk


def test_it_refuses_environments_whose_paths_collide() -> None:
    production, staging = make_environment(), make_environment("staging", 2)
    gateway, _ = make_gateway(environments=(production,))
    make_gateway(environments=(staging,))
    make_route(make_version("payments"), production, "/money/payments")
    make_route(make_version("loans"), staging, "/money/loans")

    with pytest.raises(Conflict):
        edit(gateway, environments=["production", "staging"])
    with pytest.raises(Conflict):
        add()

    assert Gateway.objects.count() == 2
    assert list(gateway.environments.all()) == [production]


def test_it_replaces_a_token() -> None:
    gateway, old = add()
    before = generations.current()

    new = rotate_gateway_token(actor=ADMINISTRATOR, gateway=gateway, now=timezone.now())

    assert find_gateway(old) is None
    assert known(new).id == gateway.pk
    assert generations.current() == before + 1


def test_it_forgets_a_gateway_and_keeps_its_routes() -> None:
    gateway, token = add()
    route = make_route(make_version("payments"))
    hear(token, "payments")

    remove_gateway(actor=ADMINISTRATOR, gateway=gateway, now=timezone.now())

    assert find_gateway(token) is None
    assert not InForce.objects.exists()
    route.refresh_from_db()
