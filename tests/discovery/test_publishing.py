"""Publishing what rules want published."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import Service
from discovery.models import DiscoveredService, PublicationRule, Source
from discovery.publishing import Published, publish_pending
from tests.discovery.usecases.rows import discovered, fresh
from tests.factories.discovery import make_source
from tests.personas import Cast


@pytest.fixture
def rule(db: None) -> PublicationRule:
    return PublicationRule.objects.create(name="cards")


@pytest.fixture
def source(db: None) -> Source:
    return make_source("prod-eu")


def pending(source: Source, name: str, rule: PublicationRule | None, **fields) -> DiscoveredService:
    return discovered(source, name, f"software-{name}", rule=rule, is_pending=True, **fields)


def publish(source: Source, limit: int = 500) -> Published:
    return publish_pending(source_id=source.pk, now=timezone.now(), limit=limit)


def test_it_publishes_batch_by_batch_until_none_is_left(cast: Cast, source: Source, rule: PublicationRule) -> None:
    for number in range(5):
        pending(source, f"service-{number}", rule, proposed_owner=cast.team)
    assert publish(source, 2) == Published(2, 0, 3)
    assert publish(source, 2) == Published(2, 0, 1)
    assert publish(source, 2) == Published(1, 0, 0)
    assert publish(source, 2) == Published(0, 0, 0)
    assert Service.objects.count() == 5


def test_it_acts_as_discovery_and_names_the_rule(cast: Cast, source: Source, rule: PublicationRule) -> None:
    row = pending(source, "ledger", rule, proposed_owner=cast.team)
    publish(source)

    created = AuditEvent.objects.get(action="catalog.service.created")
    assert (created.actor_kind, created.actor_name) == ("system", "discovery")
    assert created.difference == {"discovered": [None, f"prod-eu {row.key}"], "rule": [None, "cards"]}
    published = AuditEvent.objects.get(action="discovery.service.published")
    assert published.difference == {"service": [None, "ledger"], "rule": [None, "cards"]}


def test_it_leaves_alone_what_was_decided_since(cast: Cast, source: Source, rule: PublicationRule) -> None:
    row = pending(source, "ledger", rule, state="ignored", proposed_owner=cast.team)
    assert publish(source) == Published(0, 0, 0)
    assert fresh(row).standing == "ignored"


def test_it_publishes_unowned_only_when_the_rule_says_so(source: Source, rule: PublicationRule) -> None:
    row = pending(source, "ledger", rule)
    assert publish(source) == Published(0, 0, 0)
    assert fresh(row).state == "new"
    rule.publishes_unowned = True
    rule.save()
    assert publish(source) == Published(1, 0, 0)
    assert Service.objects.get().owner is None


def test_what_is_missing_waits(cast: Cast, source: Source, rule: PublicationRule) -> None:
    row = pending(source, "ledger", rule, state="missing", proposed_owner=cast.team)
    assert publish(source) == Published(0, 0, 0)
    assert fresh(row).is_pending


def test_it_tells_how_many_wait_with_a_specification(cast: Cast, source: Source, rule: PublicationRule) -> None:
    pending(source, "ledger", rule, proposed_owner=cast.team, specification_outcome="found")
    pending(source, "vault", rule, proposed_owner=cast.team)
    assert publish(source) == Published(2, 1, 0)


def test_each_source_adds_its_places(cast: Cast, source: Source, rule: PublicationRule) -> None:
    other = make_source("prod-us")
    for one in (source, other):
        pending(one, "ledger", rule, proposed_owner=cast.team)
        publish(one)
    assert Service.objects.get().places.count() == 2


def test_it_does_not_touch_another_source(cast: Cast, source: Source, rule: PublicationRule) -> None:
    row = pending(make_source(), "ledger", rule, proposed_owner=cast.team)
    publish(source)
    assert fresh(row).is_pending
