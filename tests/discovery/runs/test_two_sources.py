"""Runs together with rules and the catalog: two sources of one service, and what people and rules leave out."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import Environment, Service
from discovery.models import DiscoveredService, Run
from discovery.usecases.ignore_discovered import ignore_discovered
from tests.factories.accounts import make_team
from tests.factories.discovery import ADMINISTRATOR
from tests.factories.rules import make_rule
from tests.factories.scripted import ALL, make_scripted, see, services

pytestmark = pytest.mark.usefixtures("scripted")


def written() -> dict[str, list[Any]]:
    """The place of the current version of each row that a run could have written."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("discovery_discoveredservice", "discovery_provenance", "catalog_service"):
            cursor.execute(f"SELECT ctid::text FROM {table} ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def states() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "state"))


def test_two_sources_of_one_service_do_not_fight() -> None:
    """They say different things of it, run in turn, and after the first of each nobody writes any more."""
    for team in ("payments", "lending"):
        make_team(team)
    make_rule(action="publish")
    staging = Environment.objects.create(slug="staging", title="Staging")
    one, two = make_scripted("one"), make_scripted("two", environment=staging)
    for source, owner in ((one, "payments"), (two, "lending")):
        claims = [["owner", owner, "label owner"], ["description", f"As {owner} says.", "annotation"]]
        run = see(source, services("credit-check", identity="credit-check", claims=claims))
        assert (run.state, run.counts["published"]) == ("complete", 1 if source == one else 0)
    see(one)
    before, said = written(), Service.objects.values_list("owner__slug", "description").get()
    events = AuditEvent.objects.count()
    for _ in range(2):
        for source in (one, two):
            assert see(source).counts["unchanged"] == 1

    assert (written(), Service.objects.values_list("owner__slug", "description").get()) == (before, said)
    assert AuditEvent.objects.count() == events
    assert set(DiscoveredService.objects.values_list("service__slug", flat=True)) == {"credit-check"}


def test_a_loss_in_one_source_leaves_the_place_in_the_other() -> None:
    make_rule(action="publish", publishes_unowned=True)
    one, two = make_scripted("one"), make_scripted("two", environment=Environment.objects.create(slug="staging"))
    for source in (one, two):
        see(source, services("credit-check", identity="credit-check"))
    see(one, [ALL])

    assert set(DiscoveredService.objects.values_list("source__name", "state")) == {
        ("one", "missing"),
        ("two", DiscoveredService.objects.get(source=two).standing),
    }


def test_what_a_rule_leaves_out_comes_back_with_the_rule() -> None:
    source = make_scripted()
    rule = make_rule(action="ignore", selector={"namespaces": ["kube-*"]})
    steps = [*services("dns", namespace="kube-system"), *services("payments")]
    run = see(source, steps)

    assert (run.counts["ignored"], states()) == (1, {"dns": "ignored", "payments": "new"})
    assert see(source).counts["ignored"] == 0
    rule.is_active = False
    rule.save()
    see(source)
    assert states() == {"dns": "new", "payments": "new"}


def test_what_a_person_ignored_stays_ignored_whatever_rules_and_runs_say() -> None:
    source = make_scripted()
    see(source, services("payments", identity="payments"))
    ignore_discovered(
        actor=ADMINISTRATOR, discovered=list(DiscoveredService.objects.all()), reason="Not ours", now=timezone.now()
    )
    make_rule(action="publish", publishes_unowned=True)
    for steps in (
        [ALL],
        services("payments", identity="payments", version="2"),
        services("pay", namespace="shop", identity="payments"),
        [{"raise": "partial"}],
    ):
        assert see(source, steps).counts.get("published", 0) == 0
        assert DiscoveredService.objects.values_list("standing", "state").get() == ("ignored", "ignored")
    assert (Service.objects.count(), Run.objects.count()) == (0, 5)


def test_a_published_service_is_missing_and_published_again() -> None:
    source = make_scripted()
    make_rule(action="publish", publishes_unowned=True)
    for steps, state in (
        (services("payments"), "published"),
        ([ALL], "missing"),
        (services("payments", version="2"), "published"),
    ):
        see(source, steps)
        assert states() == {"payments": state}
    assert Service.objects.count() == 1
