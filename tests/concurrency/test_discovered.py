"""What people and rules decide about discovered services at the same moment, in transactions of their own."""

from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import Service
from catalog.usecases.create_service import create_service
from common.errors import Conflict
from discovery.locks import lock_source
from discovery.models import DiscoveredService, PublicationRule
from discovery.publishing import publish_pending
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.publish_discovered import publish_discovered
from tests.concurrency.test_people import together
from tests.discovery.usecases.rows import discovered, fresh
from tests.factories.accounts import actor_of, make_team
from tests.factories.catalog import ADMINISTRATOR
from tests.factories.discovery import make_source
from tests.personas import assemble

pytestmark = pytest.mark.django_db(transaction=True)


def publish(actor, *rows: DiscoveredService):
    return publish_discovered(actor=actor, discovered=rows, values={}, now=timezone.now())


def test_two_people_who_publish_one_row_make_one_service():
    cast = assemble()
    row = discovered(make_source(owner=cast.team), "ledger", proposed_owner=cast.team)
    actors = [actor_of(cast.member), actor_of(cast.maintainer), actor_of(cast.administrator)]
    outcomes = together(*[lambda actor=actor: publish(actor, row) for actor in actors])

    assert sorted(len(outcome.created) for outcome in outcomes) == [0, 0, 1]
    assert Service.objects.count() == 1
    assert AuditEvent.objects.filter(action="discovery.service.published").count() == 1


def test_a_person_and_a_rule_make_one_service_of_one_software():
    cast, rule = assemble(), PublicationRule.objects.create(name="all")
    sources = [make_source("eu"), make_source("us")]
    by_hand, by_rule = (discovered(source, "ledger", "ledger", proposed_owner=cast.team) for source in sources)
    DiscoveredService.objects.filter(pk=by_rule.pk).update(is_pending=True, rule=rule)
    actor = actor_of(cast.administrator)
    together(
        lambda: publish(actor, by_hand),
        lambda: publish_pending(source_id=sources[1].pk, now=timezone.now()),
    )
    assert Service.objects.get().places.count() == 2


def test_who_publishes_and_who_ignores_end_in_one_decision():
    cast = assemble()
    rows = [discovered(make_source(owner=cast.team), name, proposed_owner=cast.team) for name in "abc"]
    actor = actor_of(cast.member)
    outcomes = together(
        lambda: publish(actor, *rows),
        lambda: ignore_discovered(actor=actor, discovered=rows[::-1], reason="No", now=timezone.now()),
    )
    # Whoever is second meets what the first decided: ignored ones are not published, published ones can be ignored.
    assert {fresh(row).standing for row in rows} == {"ignored"}
    assert Service.objects.count() == (0 if Conflict in outcomes else 3)


def test_a_name_that_somebody_takes_meanwhile_is_not_given():
    cast = assemble()
    row = discovered(make_source(owner=cast.team), "ledger", proposed_owner=cast.team)
    actor, team = actor_of(cast.member), make_team("books")
    together(
        lambda: publish(actor, row),
        lambda: create_service(actor=ADMINISTRATOR, slug="ledger", metadata={"owner": team.slug}, now=timezone.now()),
    )
    assert fresh(row).service.slug in {"ledger", "cards-ledger"}
    assert fresh(row).service.owner == cast.team


def test_publishing_waits_for_a_run_that_applies_and_sees_what_it_wrote():
    cast = assemble()
    row = discovered(make_source(owner=cast.team), "ledger", proposed_owner=cast.team, proposed_title="Before")
    applying, actor = Event(), actor_of(cast.member)

    def apply() -> None:
        with transaction.atomic():
            lock_source(row.source_id)
            applying.set()
            DiscoveredService.objects.filter(pk=row.pk).update(proposed_title="After")

    def click() -> None:
        assert applying.wait(timeout=10)
        publish(actor, row)

    together(apply, click)
    assert Service.objects.get().title == "After"
    assert fresh(row).proposed_title == "After"
