"""Publication rules: who makes, changes, moves and removes them, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import AuditEvent
from common.access import Denied
from common.errors import Conflict, Invalid
from discovery.models import PublicationRule, Rejudging
from discovery.usecases import save_rule as saving
from discovery.usecases.delete_rule import delete_rule
from discovery.usecases.move_rule import move_rule
from discovery.usecases.save_rule import save_rule
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_domain, make_system
from tests.factories.discovery import make_source
from tests.factories.rules import make_rule
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_an_administrator_makes_and_changes_a_rule(cast: Cast) -> None:
    actor, rule = actor_of(cast.administrator), PublicationRule()
    make_domain("cards")
    make_system("issuing")
    source = make_source("prod-eu-1")
    metadata = {
        "name": "cards-namespaces",
        "selector": {"namespaces": ["cards-*"], "sources": ["prod-*", "prod-eu-1"], "environments": ["production"]},
        "action": "publish",
        "kind": "microservice",
        "domain": "cards",
        "system": "issuing",
        "owner": "payments",
        "visibility": "internal",
    }
    save_rule(actor=actor, rule=rule, metadata=metadata, now=NOW)
    changed = save_rule(actor=actor, rule=rule, metadata={"owner": "", "name": "other", "is_active": False}, now=NOW)

    rule = PublicationRule.objects.select_related("domain", "system").get()
    assert changed == ["is_active", "owner"]
    assert (rule.name, rule.domain.slug, rule.system.slug, rule.owner) == ("cards-namespaces", "cards", "issuing", None)
    assert (rule.position, rule.created_by, rule.created_at) == (10, actor.name, NOW)
    assert rule.selector == metadata["selector"]
    events = AuditEvent.objects.filter(object_type="publicationrule").order_by("pk")
    assert [event.action for event in events] == ["discovery.rule.created", "discovery.rule.edited"]
    assert events[1].difference == {"owner": ["payments", None], "is_active": [True, False]}
    assert list(Rejudging.objects.values_list("source_id", "asked_at", "after_id")) == [(source.pk, NOW, 0)]


def test_saving_what_it_says_already_changes_nothing(cast: Cast) -> None:
    make_source()
    rule = make_rule("one", selector={"kinds": ["Service"]})
    Rejudging.objects.all().delete()
    metadata = {"name": "one", "selector": {"kinds": ["Service"]}, "owner": None, "kind": ""}
    assert save_rule(actor=actor_of(cast.administrator), rule=rule, metadata=metadata, now=NOW) == []
    assert not Rejudging.objects.exists()


def test_a_changed_rule_begins_the_judging_anew(cast: Cast) -> None:
    source = make_source()
    rule = make_rule("one")
    Rejudging.objects.update(after_id=99)
    later = NOW + timedelta(hours=1)
    save_rule(actor=actor_of(cast.administrator), rule=rule, metadata={"action": "ignore"}, now=later)
    assert list(Rejudging.objects.values_list("source_id", "asked_at", "after_id")) == [(source.pk, later, 0)]


def test_nobody_else_makes_changes_moves_or_removes_rules(cast: Cast) -> None:
    rule = make_rule("one")
    for person in (cast.maintainer, cast.member, cast.viewer):
        actor = actor_of(person)
        with pytest.raises(Denied):
            save_rule(actor=actor, rule=PublicationRule(), metadata={"name": "two"}, now=NOW)
        with pytest.raises(Denied):
            save_rule(actor=actor, rule=rule, metadata={"action": "ignore"}, now=NOW)
        with pytest.raises(Denied):
            move_rule(actor=actor, rule=rule, direction="up", now=NOW)
        with pytest.raises(Denied):
            delete_rule(actor=actor, rule=rule, now=NOW)


@pytest.mark.parametrize(
    ("metadata", "fields"),
    [
        ({"name": "Cards!"}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"owner": "nobody", "domain": "nothing", "system": "none"}, {"owner", "domain", "system"}),
        ({"action": "delete"}, {"action"}),
        ({"kind": "lambda"}, {"kind"}),
        ({"visibility": "secret"}, {"visibility"}),
        ({"position": -1}, {"position"}),
        ({"position": 1_000_001}, {"position"}),
        ({"selector": {"sources": ["gone"], "environments": ["moon"]}}, {"selector.sources", "selector.environments"}),
        ({"selector": {"namespaces": []}, "owner": "nobody"}, {"selector.namespaces", "owner"}),
    ],
)
def test_it_names_every_field_that_is_wrong(cast: Cast, metadata: dict, fields: set) -> None:
    values = {"name": "one", **metadata}
    with pytest.raises(Invalid) as raised:
        save_rule(actor=actor_of(cast.administrator), rule=PublicationRule(), metadata=values, now=NOW)
    assert set(raised.value.fields) == fields
    assert not PublicationRule.objects.exists()


def test_a_name_is_taken_once(cast: Cast) -> None:
    make_rule("one")
    with pytest.raises(Conflict):
        save_rule(actor=actor_of(cast.administrator), rule=PublicationRule(), metadata={"name": "one"}, now=NOW)


def test_there_are_only_so_many_rules(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "RULES_AT_MOST", 1)
    make_rule("one")
    with pytest.raises(Conflict):
        save_rule(actor=actor_of(cast.administrator), rule=PublicationRule(), metadata={"name": "two"}, now=NOW)


def order() -> list[str]:
    return list(PublicationRule.objects.order_by("position", "pk").values_list("name", flat=True))


def test_rules_change_places_with_their_neighbours(cast: Cast) -> None:
    actor = actor_of(cast.administrator)
    one, two, three = make_rule("one", position=5), make_rule("two", position=5), make_rule("three")
    assert order() == ["one", "two", "three"]
    assert move_rule(actor=actor, rule=three, direction="up", now=NOW)
    assert order() == ["one", "three", "two"]
    assert move_rule(actor=actor, rule=one, direction="down", now=NOW)
    assert order() == ["three", "one", "two"]
    assert not move_rule(actor=actor, rule=three, direction="up", now=NOW)
    assert not move_rule(actor=actor, rule=two, direction="down", now=NOW)
    assert AuditEvent.objects.filter(action="discovery.rule.moved").count() == 2


def test_a_removed_rule_leaves_its_name_in_the_audit_trail(cast: Cast) -> None:
    source = make_source()
    rule = make_rule("noise", action="ignore")
    Rejudging.objects.all().delete()
    delete_rule(actor=actor_of(cast.administrator), rule=rule, now=NOW)
    assert not PublicationRule.objects.exists()
    assert AuditEvent.objects.get(action="discovery.rule.deleted").object_name == "noise"
    assert Rejudging.objects.get().source_id == source.pk
