"""What is stored is judged again after the rules changed."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor, system_actor
from catalog.models import Service
from catalog.usecases.edit_entry import edit_entry
from common.access import Denied
from discovery.models import DiscoveredService, Rejudging, Verdict
from discovery.permissions import Action
from discovery.publishing import publish_batches
from discovery.rule_order import ask_for_judging
from discovery.tasks import apply_rules as apply_rules_task
from discovery.usecases.apply_rules import Applied, apply_rules
from discovery.usecases.delete_rule import delete_rule
from discovery.usecases.restore_discovered import restore_discovered
from discovery.usecases.save_rule import save_rule
from tests.factories.accounts import actor_of, make_team
from tests.factories.catalog import make_service, make_system
from tests.factories.discovery import make_discovered, make_source, make_tombstone
from tests.factories.rules import ADMINISTRATOR, make_rule
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)
RULES = system_actor("publication rules", Action.RULE_MANAGE)


def apply(source, actor: Actor = RULES, limit: int = 1_000) -> Applied:
    return apply_rules(actor=actor, source_id=source.pk, now=NOW, limit=limit)


def standings() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "standing"))


def test_it_publishes_and_ignores_what_the_rules_of_now_say(cast: Cast) -> None:
    source = make_source()
    make_discovered(source, name="vault", namespace="cards")
    make_discovered(source, name="probe", namespace="noise")
    make_discovered(source, name="other", namespace="elsewhere")
    make_rule("cards", selector={"namespaces": ["cards"]}, owner="payments")
    noise = make_rule("noise", selector={"namespaces": ["noise"]}, action="ignore")

    applied = apply(source)

    assert standings() == {"vault": "published", "probe": "ignored", "other": "new"}
    assert (applied.judged, applied.published) == (3, 1)
    assert Service.objects.get().owner == cast.team
    probe = DiscoveredService.objects.get(name="probe")
    assert (probe.state, probe.rule_id, probe.reasons["ignored"]) == ("ignored", noise.pk, "rule noise")
    assert not Rejudging.objects.exists()


def test_what_is_published_follows_its_rule_where_no_person_edited_it(cast: Cast) -> None:
    source = make_source()
    make_team("platform")
    for name in ("vault", "ledger"):
        make_discovered(source, name=name)
    rule = make_rule("all", owner="payments", visibility="public", kind="legacy")
    apply(source)
    vault, ledger = Service.objects.get(slug="vault"), Service.objects.get(slug="ledger")
    edit_entry(actor=actor_of(cast.administrator), entry=ledger, metadata={"owner": "platform"}, now=NOW)

    save_rule(actor=ADMINISTRATOR, rule=rule, metadata={"owner": "lending"}, now=NOW)
    assert apply(source).changed == 2
    assert set(Service.objects.values_list("slug", "owner__slug")) == {("vault", "lending"), ("ledger", "platform")}
    assert set(ledger.provenance.filter(field="owner").values_list("written", "said")) == {("payments", "lending")}
    ask_for_judging(NOW)
    assert apply(source).changed == 0

    delete_rule(actor=ADMINISTRATOR, rule=rule, now=NOW)
    apply(source)
    vault.refresh_from_db()
    assert (vault.owner.slug, vault.visibility, vault.kind) == ("lending", "public", "legacy")
    assert standings() == {"vault": "published", "ledger": "published"}


def test_what_a_rule_ignored_returns_when_the_rule_is_gone(cast: Cast) -> None:
    source = make_source()
    row = make_discovered(source, name="probe")
    rule = make_rule("noise", action="ignore")
    apply(source)
    assert standings() == {"probe": "ignored"}

    delete_rule(actor=actor_of(cast.administrator), rule=rule, now=NOW)
    apply(source)
    row.refresh_from_db()
    assert (row.standing, row.state, row.rule_id) == ("new", "new", None)
    assert "ignored" not in row.reasons


def test_what_people_decided_stays(cast: Cast) -> None:
    source = make_source()
    make_discovered(source, "ignored", name="ignored")
    make_discovered(source, "published", name="published", service=make_service("published"))
    restored = make_discovered(source, name="restored")
    make_tombstone(restored, Verdict.IGNORED, lifted_at=NOW)
    pinned = make_discovered(source, "matched", name="pinned", service=make_service("ledger"))
    DiscoveredService.objects.filter(pk=pinned.pk).update(is_pinned=True, match_reason="pinned by Erik M.")
    make_rule("everything", action="ignore")
    make_rule("nothing", owner="payments")

    apply(source)

    expected = {"ignored": "ignored", "published": "published", "restored": "new", "pinned": "matched"}
    assert standings() == expected


@pytest.mark.parametrize("action", ["ignore", "publish"])
def test_no_rule_decides_again_what_a_person_took_back(cast: Cast, action: str) -> None:
    source = make_source()
    row = make_discovered(source, name="vault")
    make_rule("everything", action=action, owner="payments")
    apply(source)
    row.refresh_from_db()
    assert row.standing == ("ignored" if action == "ignore" else "published")

    restore_discovered(actor=actor_of(cast.administrator), discovered=[row], now=NOW)
    make_rule("another")
    apply(source)

    row.refresh_from_db()
    assert (row.standing, row.is_pending) == ("new", False)


def test_it_links_what_the_catalog_has(cast: Cast) -> None:
    make_system("issuing")
    service = make_service("vault", system="issuing")
    source = make_source()
    row = make_discovered(source, name="vault", namespace="somewhere")
    make_rule("issuing", system="issuing", owner="payments")
    apply(source)
    row.refresh_from_db()
    assert (row.standing, row.service, row.is_pending) == ("matched", service, False)
    assert row.match_reason == "by label app.kubernetes.io/name in system issuing"


def test_it_works_in_batches_and_a_second_time_changes_nothing(cast: Cast) -> None:
    source = make_source()
    for number in range(5):
        make_discovered(source, name=f"s{number}")
    make_rule("proposes", action="propose", owner="payments")

    assert apply(source, limit=2).changed == 5
    assert not Rejudging.objects.exists()
    assert apply(source) == Applied()
    Rejudging.objects.create(source=source, asked_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert apply(source).changed == 0
    assert not [query for query in queries if 'UPDATE "discovery_discoveredservice"' in query["sql"]]


def test_a_change_of_the_rules_meanwhile_leaves_it_due(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source()
    make_discovered(source)
    make_rule("first", action="propose")

    def meanwhile(source_id: int):
        make_rule("second", action="ignore")
        return publish_batches(source_id)

    monkeypatch.setattr("discovery.usecases.apply_rules.publish_batches", meanwhile)
    apply(source)
    assert Rejudging.objects.get().after_id == 0


def test_the_task_finds_every_source_that_is_due(cast: Cast) -> None:
    for number in range(2):
        make_discovered(make_source(), name=f"s{number}")
    make_rule("everything", action="ignore")
    apply_rules_task(unknown="ignored")
    assert set(standings().values()) == {"ignored"}
    assert not Rejudging.objects.exists()


def test_nobody_applies_rules_without_the_right(cast: Cast) -> None:
    with pytest.raises(Denied):
        apply(make_source(), actor_of(cast.member))
    assert apply(make_source(), ADMINISTRATOR) == Applied()


def test_a_team_made_later_is_the_owner_that_services_have_named(cast: Cast) -> None:
    row = make_discovered(make_source())
    row.facts = {"claims": [{"field": "owner", "value": "late", "reason": "annotation portico.io/owner"}]}
    row.save(update_fields=["facts"])
    assert not Rejudging.objects.exists()

    team = make_team("late")
    apply_rules(actor=RULES, source_id=row.source_id, now=NOW)

    row.refresh_from_db()
    assert (row.proposed_owner, row.reasons["owner"]) == (team, "annotation portico.io/owner")
