"""Routes: setting, changing and removing them, and what takes them away."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import AuditEvent, Role, Scope
from catalog.models import APIInstance, APIVersion, Environment, Lifecycle
from catalog.usecases.delete_grouping import delete_grouping
from catalog.usecases.edit_version import edit_version
from common.access import Denied
from common.errors import Conflict, Invalid
from gateway.models import Gateway, Route
from gateway.usecases.edit_route import edit_route
from gateway.usecases.remove_route import remove_route
from gateway.usecases.set_route import set_route
from marketplace import generations
from marketplace.models import EnforcedAPI
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import ADMINISTRATOR as PUBLISHER
from tests.factories.catalog import publish
from tests.factories.gateway import make_application, make_environment, make_gateway, make_route, make_version

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Actor(kind="user", name="Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def production() -> Environment:
    return make_environment()


@pytest.fixture
def gateway() -> Gateway:
    return make_gateway("edge", url="https://api.example.com", networks=["10.0.0.0/8"])[0]


def route(version: APIVersion, environment: Environment, *, actor: Actor = ADMINISTRATOR, **values: Any) -> Route:
    given = {"upstream": "https://192.0.9.1/base", "path": f"/{version.api.slug}"} | values
    return set_route(actor=actor, version=version, environment=environment, now=timezone.now(), **given)


def told_of(version: APIVersion) -> int:
    return EnforcedAPI.objects.get(pk=version.api_id).generation


def test_it_makes_an_instance_at_the_gateways_address(gateway: Gateway, production: Environment) -> None:
    version = make_version("payments")

    made = route(version, production, path="/payments/v1/", settings={"retries": 2, "timeout_seconds": 3.5})

    assert made.path == "/payments/v1"
    assert made.instance.url == "https://api.example.com/payments/v1"
    assert (made.retries, made.timeout_seconds) == (2, 3.5)
    assert made.generation == told_of(version) == generations.current()
    assert AuditEvent.objects.filter(action="gateway.route.set", object_id=made.pk).exists()


def test_it_takes_over_an_instance_that_was_named_by_hand(gateway: Gateway, production: Environment) -> None:
    version = make_version("payments")
    named = APIInstance.objects.create(version=version, environment=production, url="https://api.example.com/payments")

    assert route(version, production).instance == named


def test_it_is_the_matter_of_those_who_maintain_all_gateways_concerned(production: Environment) -> None:
    member = make_user()
    team = make_team(members=(member,))
    make_gateway(team=team)
    version = make_version()
    assert route(version, production, actor=actor_of(member), path="/one").pk

    make_gateway(team=make_team())
    with pytest.raises(Denied):
        route(version, production, actor=actor_of(member), path="/two")
    token = Actor(kind="token", name="t", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.PUBLISH}))
    with pytest.raises(Denied):
        route(version, production, actor=token, path="/two")


def test_it_needs_a_gateway(production: Environment) -> None:
    with pytest.raises(Invalid) as refused:
        route(make_version(), production)
    assert refused.value.fields.keys() == {"environment"}


@pytest.mark.parametrize(
    "path",
    ["", "/", "payments", "//payments", "/pay//ments", "/Payments", "/a b", "/..", "/a/../b", "/.", "/%61", "/a?b",
     "/" + "x" * 200],
)  # fmt: skip
def test_it_refuses_paths_that_are_none(path: str, gateway: Gateway, production: Environment) -> None:
    with pytest.raises(Invalid) as refused:
        route(make_version(), production, path=path)
    assert refused.value.fields.keys() == {"gateway_path"}


@pytest.mark.parametrize(
    "upstream",
    ["", "orders", "ftp://192.0.9.1", "https://", "https://u:p@192.0.9.1", "https://192.0.9.1/?a=b", "http://h:99999",
     "http://169.254.169.254/latest", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/", "http://100.100.100.200",
     "http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "http://192.168.1.1", "http://0.0.0.0",
     "http://[64:ff9b::a9fe:a9fe]/", "http://2130706433/"],
)  # fmt: skip
def test_it_refuses_upstreams_that_the_gateway_may_not_call(
    upstream: str, gateway: Gateway, production: Environment
) -> None:
    with pytest.raises(Invalid) as refused:
        route(make_version(), production, upstream=upstream)
    assert refused.value.fields.keys() == {"upstream"}


def test_it_takes_upstreams_in_the_networks_of_every_gateway(gateway: Gateway, production: Environment) -> None:
    version = make_version()
    assert route(version, production, upstream="http://10.1.2.3:8080", path="/one").pk

    make_gateway("other")
    with pytest.raises(Invalid):
        route(version, production, upstream="http://10.1.2.3:8080", path="/two")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
def test_it_takes_loopback_where_it_is_listed_but_no_closed_port(host: str, production: Environment) -> None:
    make_gateway(networks=["127.0.0.0/8", "::1"], closed_ports=[8000])
    version = make_version()

    assert route(version, production, upstream=f"http://{host}:9000").pk
    with pytest.raises(Invalid) as refused:
        route(version, production, upstream=f"http://{host}:8000", path="/two")
    assert "8000" in refused.value.detail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_requests", 0),
        ("timeout_seconds", 0.0),
        ("connect_seconds", 4000.0),
        ("retries", 6),
        ("try_seconds", 20.0),
        ("balancing", "magic"),
        ("upstream_ca", "no certificate"),
        ("upstream_server_name", "no host"),
        ("key_parameter", "a&b"),
    ],
)
def test_it_refuses_settings_that_are_none(name: str, value: Any, gateway: Gateway, production: Environment) -> None:
    with pytest.raises(Invalid) as refused:
        route(make_version(), production, settings={name: value})
    assert refused.value.fields.keys() == {name}


def test_it_keeps_paths_apart_on_every_gateway(gateway: Gateway, production: Environment) -> None:
    staging = make_environment("staging", 2)
    payments, loans = make_version("payments"), make_version("loans")
    later = make_version("payments", "2.0.0")
    route(payments, production, path="/money/payments")

    for version, environment, path in (
        (later, production, "/money/payments"),
        (loans, production, "/money/loans"),
        (loans, staging, "/money"),
    ):
        with pytest.raises(Invalid) as refused:
            route(version, environment, path=path)
        assert refused.value.fields.keys() == {"gateway_path"}
    assert route(later, production, path="/money/payments/v2").pk
    assert route(loans, staging, path="/moneyless").pk


def test_it_does_not_mind_paths_of_gateways_that_are_apart() -> None:
    production, staging = make_environment(), make_environment("staging", 2)
    make_gateway("a", environments=(production,))
    make_gateway("b", environments=(staging,))
    route(make_version("payments"), production, path="/money")

    assert route(make_version("loans"), staging, path="/money").pk


def test_it_does_not_serve_retired_versions(gateway: Gateway, production: Environment) -> None:
    version = make_version()
    version.lifecycle = Lifecycle.RETIRED
    version.save()

    with pytest.raises(Conflict):
        route(version, production)


def test_it_changes_a_route(gateway: Gateway, production: Environment) -> None:
    version = make_version("payments")
    made = route(version, production)
    instance, before = made.instance_id, made.generation
    changes = {"path": "/pay", "upstream": "https://192.0.9.2", "retries": 1}

    assert edit_route(actor=ADMINISTRATOR, route=made, changes=changes, now=timezone.now()) == sorted(changes)
    assert (made.path, made.upstream, made.retries) == ("/pay", "https://192.0.9.2", 1)
    assert (made.instance_id, made.instance.url) == (instance, "https://api.example.com/pay")
    assert made.generation == told_of(version) > before

    assert edit_route(actor=ADMINISTRATOR, route=made, changes=changes, now=timezone.now()) == []
    assert made.generation == generations.current()


def test_it_refuses_changes_like_new_routes(gateway: Gateway, production: Environment) -> None:
    made, other = route(make_version("payments"), production), route(make_version("loans"), production)

    for changes in ({"path": other.path}, {"path": "/loans/x"}, {"upstream": "http://127.0.0.1"}, {"retries": 9}):
        with pytest.raises(Invalid):
            edit_route(actor=ADMINISTRATOR, route=made, changes=changes, now=timezone.now())
    with pytest.raises(Denied):
        edit_route(actor=PUBLISHER, route=made, changes={"retries": 1}, now=timezone.now())
    made.refresh_from_db()
    assert made.path == "/payments"


def test_it_removes_a_route_with_its_instance(gateway: Gateway, production: Environment) -> None:
    version = make_version("payments")
    made = route(version, production)
    before = generations.current()

    with pytest.raises(Denied):
        remove_route(actor=PUBLISHER, route=made, now=timezone.now())
    remove_route(actor=ADMINISTRATOR, route=made, now=timezone.now())

    assert not Route.objects.exists()
    assert not APIInstance.objects.filter(url="https://api.example.com/payments").exists()
    assert told_of(version) == before + 1


@pytest.mark.parametrize("listed", [(), ("https://else.example",), ("https://api.example.com/payments",) * 2])
def test_its_instance_stays_whatever_list_is_sent(
    gateway: Gateway, production: Environment, listed: tuple[str, ...]
) -> None:
    version = make_version("payments", instances=[{"environment": "production", "url": "https://old.example"}])
    made = route(version, production)
    before = generations.current()

    instances = [{"environment": "production", "url": url} for url in listed]
    edit_version(actor=PUBLISHER, version=version, metadata={"instances": instances}, now=timezone.now())
    publish("payments", "1.0.0", instances=instances)

    assert Route.objects.get() == made
    assert set(version.instances.values_list("url", flat=True)) == {made.instance.url, *listed}
    assert generations.current() == before


def test_an_instance_that_no_route_needs_any_more_can_be_edited_away(gateway: Gateway, production: Environment) -> None:
    version = make_version("payments")
    made = route(version, production)
    Route.objects.filter(pk=made.pk).delete()

    edit_version(actor=PUBLISHER, version=version, metadata={"instances": []}, now=timezone.now())

    assert not version.instances.exists()


def test_its_gateways_hear_when_its_version_goes(gateway: Gateway, production: Environment) -> None:
    version = make_version("payments")
    route(version, production)
    before = generations.current()

    APIInstance.objects.filter(version=version).delete()

    assert not Route.objects.exists()
    assert told_of(version) == before + 1


def test_its_environment_is_not_removed_while_gateways_or_applications_name_it(production: Environment) -> None:
    staging, test = make_environment("staging", 2), make_environment("test", 3)
    make_gateway(environments=(staging,))
    make_application(test)
    make_gateway("all")
    make_route(make_version())

    for environment in (production, staging, test):
        with pytest.raises(Conflict):
            delete_grouping(actor=ADMINISTRATOR, grouping=environment, now=timezone.now())
    empty = make_environment("empty", 4)
    delete_grouping(actor=ADMINISTRATOR, grouping=empty, now=timezone.now())


def test_its_gateways_hear_when_its_version_is_retired_and_comes_back(
    gateway: Gateway, production: Environment
) -> None:
    version = make_version("payments")
    route(version, production)
    before = generations.current()

    for lifecycle, turns in ((Lifecycle.RETIRED, 1), (Lifecycle.PUBLISHED, 2)):
        metadata = {"lifecycle": lifecycle}
        edit_version(actor=PUBLISHER, version=version, metadata=metadata, now=timezone.now(), reason="because")
        assert told_of(version) == before + turns
    edit_version(actor=PUBLISHER, version=version, metadata={"changelog": "Better."}, now=timezone.now())
    assert told_of(version) == before + 2
