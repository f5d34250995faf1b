"""A maintainer of an API takes over proposed instances."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.metadata import InstanceValue
from catalog.models import API, APIInstance
from catalog.questions import addresses_of
from common.access import Denied
from common.errors import Invalid
from discovery.connectors.base import Endpoint, Exposure
from discovery.models import DiscoveredService, InstanceOrigin, Source
from discovery.usecases.add_instances import add_instances
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_service
from tests.factories.discovery import make_discovered, make_observation
from tests.personas import Cast

OUTSIDE = Endpoint("pay.bank.example", "/v1", tls=True, by="Ingress pay")
PATTERN = Endpoint("*.bank.example", tls=True, by="Ingress pay")
PLAIN = Endpoint("10.0.0.1", port=5432, protocol="tcp", by="Service pay")
INSIDE = Endpoint("payments.cards.svc.cluster.local", by="Service payments", scope="inside")


@pytest.fixture
def api(cast: Cast, eu: Source) -> API:
    made = make_api("payments-api", owner=cast.team)
    service = make_service("payments", owner=cast.team, provides=["payments-api"])
    place(eu, service, OUTSIDE, PATTERN, PLAIN, INSIDE)
    return made


def place(source: Source, service: object, *endpoints: Endpoint, name: str = "payments") -> DiscoveredService:
    level = "internet" if any(one.scope == "internet" for one in endpoints) else "inside"
    seen = make_observation(name, "cards", exposure=Exposure(level, endpoints))
    return make_discovered(source, "published", seen=seen, service=service)


def add(who, api: API, *urls: str) -> list[str]:
    chosen: Sequence[InstanceValue] | None = [InstanceValue(environment="production", url=url) for url in urls] or None
    version = api.current_version
    added = add_instances(actor=actor_of(who), version=version, chosen=chosen, now=timezone.now())
    return [one["url"] for one in added]


def states(cast: Cast, api: API) -> dict[str, str]:
    seen = addresses_of.ask(actor_of(cast.member), api.current_version)
    return {one.url: one.state for one in seen}


def test_it_adds_what_is_proposed_and_tells_the_audit_trail(cast: Cast, api: API):
    version = api.current_version
    APIInstance.objects.create(
        version=version, environment=DiscoveredService.objects.get().environment, url="https://a.example/"
    )
    assert states(cast, api) == {OUTSIDE.url: "new"}
    assert add(cast.member, api) == [OUTSIDE.url]
    assert set(version.instances.values_list("url", flat=True)) == {"https://a.example/", OUTSIDE.url}
    event = AuditEvent.objects.get(action="catalog.version.edited")
    assert event.actor_name == "member"
    assert event.difference["instances"][1] == ["production https://a.example/", f"production {OUTSIDE.url}"]
    origin = InstanceOrigin.objects.get()
    assert (origin.instance.url, origin.by, origin.discovered.name) == (OUTSIDE.url, "Ingress pay", "payments")
    assert states(cast, api) == {OUTSIDE.url: "there"}


def test_the_same_again_changes_nothing(cast: Cast, api: API):
    add(cast.member, api, OUTSIDE.url)
    assert add(cast.member, api, OUTSIDE.url) == []
    assert add(cast.member, api) == []
    assert AuditEvent.objects.filter(action="catalog.version.edited").count() == 1


@pytest.mark.parametrize("url", ["https://evil.example/", INSIDE.url, PATTERN.url, "http://10.0.0.1:5432/"])
def test_only_what_is_proposed_is_added(cast: Cast, api: API, url: str):
    with pytest.raises(Invalid):
        add(cast.member, api, url)
    assert not APIInstance.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_it_takes_who_may_change_the_api(cast: Cast, api: API, who: str):
    with pytest.raises(Denied):
        add(getattr(cast, who), api)


def test_addresses_inside_are_added_only_by_name_and_where_there_is_no_other(cast: Cast, api: API):
    row = DiscoveredService.objects.get()
    row.facts["endpoints"] = [one for one in row.facts["endpoints"] if one["scope"] == "inside"]
    row.exposure = "inside"
    row.save()
    assert states(cast, api) == {INSIDE.url: "new"}
    assert add(cast.member, api) == []
    assert add(cast.member, api, INSIDE.url) == [INSIDE.url]


def test_what_is_not_seen_any_more_is_told(cast: Cast, api: API):
    add(cast.member, api)
    row = DiscoveredService.objects.get()
    row.facts["endpoints"] = []
    row.save()
    assert states(cast, api) == {OUTSIDE.url: "gone"}


def test_it_asks_as_many_questions_for_many_places_as_for_one(cast: Cast, api: API, eu: Source):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            states(cast, api)
        return len(queries)

    api.refresh_from_db()
    states(cast, api)
    before = count()
    for number in range(5):
        endpoint = Endpoint(f"p{number}.bank.example", tls=True, by="Ingress p")
        place(eu, DiscoveredService.objects.first().service, endpoint, name=f"p-{number}")
    assert count() == before
    assert len(states(cast, api)) == 6


def test_who_may_not_know_the_service_learns_no_address(cast: Cast, api: API):
    service = DiscoveredService.objects.get().service
    service.visibility = "private"
    service.save()
    assert addresses_of.ask(actor_of(cast.stranger), api.current_version) == []
