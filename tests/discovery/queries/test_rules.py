"""What a rule would do before anybody saves it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.access import Denied
from discovery.connectors.base import Claim
from discovery.models import DiscoveredService, PublicationRule, Source, Verdict
from discovery.queries import rules as module
from discovery.queries.rules import held_by_rules, preview
from discovery.rule_order import ask_for_judging
from discovery.usecases.apply_rules import apply_rules
from discovery.usecases.save_rule import save_rule
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_environment, make_service
from tests.factories.discovery import make_discovered, make_exposed, make_observation, make_source, make_tombstone
from tests.factories.rules import ADMINISTRATOR, make_rule
from tests.personas import Cast


def unsaved(cast: Cast, **fields) -> PublicationRule:
    return PublicationRule(**{"name": "new", "owner": cast.team, **fields})


def counts(shown) -> dict[str, int]:
    names = ("publish", "ignore", "propose", "unowned", "already", "taken", "waiting")
    return {name: getattr(shown, name) for name in names if getattr(shown, name)}


def test_it_counts_what_would_be_published_and_what_would_not(cast: Cast) -> None:
    source = make_source("prod")
    make_discovered(source, name="plain")
    make_discovered(source, seen=make_observation("claimed", claims=(Claim("owner", "lending", "annotation a"),)))
    make_discovered(source, seen=make_observation("misspelt", claims=(Claim("owner", "lendin", "annotation a"),)))
    make_discovered(source, "published", name="published", service=make_service("published"))
    make_discovered(source, "matched", name="matched", service=make_service("matched"), match_reason="by name in cards")
    make_discovered(source, "ignored", name="ignored")
    make_discovered(source, "missing", name="missing")
    make_discovered(source, "retired", name="retired")
    make_discovered(source, name="twice", match_reason="2 catalog services run as the same software")
    make_tombstone(make_discovered(source, name="restored"), Verdict.IGNORED, lifted_at=source.created_at)
    make_discovered(source, name="taken", namespace="noise")
    make_rule("noise", selector={"namespaces": ["noise"]}, action="propose")

    shown = preview(ADMINISTRATOR, unsaved(cast))

    assert counts(shown) == {"publish": 2, "unowned": 1, "already": 3, "taken": 1, "waiting": 2}
    assert (shown.selected, shown.is_estimate, shown.taken_by) == (9, False, {"noise": 1})
    examples = {example.name: example for example in shown.examples}
    assert (examples["claimed"].owner, examples["claimed"].reason) == ("Lending", "annotation a")
    assert (examples["plain"].owner, examples["plain"].reason) == ("Payments", "rule new")
    assert "lendin, which is no team" in examples["misspelt"].reason
    assert examples["matched"].reason == "by name in cards"
    assert [example.outcome for example in shown.examples[:3]].count("publish") == 2


def test_it_counts_what_would_be_ignored_and_what_is_already(cast: Cast) -> None:
    source = make_source()
    for name in ("one", "two"):
        make_discovered(source, name=name)
    assert counts(preview(ADMINISTRATOR, unsaved(cast, action="ignore"))) == {"ignore": 2}

    rule = make_rule("noise", action="ignore")
    apply_rules(actor=ADMINISTRATOR, source_id=source.pk, now=source.created_at)
    assert counts(preview(ADMINISTRATOR, rule)) == {"already": 2}
    rule.action, rule.publishes_unowned = "publish", True
    assert counts(preview(ADMINISTRATOR, rule)) == {"publish": 2}


@pytest.mark.parametrize("action", ["publish", "ignore", "propose"])
def test_it_counts_what_applying_the_rule_then_does(cast: Cast, action: str) -> None:
    source = make_source()
    core = make_service("core")
    make_discovered(source, name="plain")
    make_discovered(source, seen=make_observation("misspelt", claims=(Claim("owner", "lendin", "annotation a"),)))
    make_discovered(source, seen=make_observation("core", annotations={"backstage.io/kubernetes-id": "core"}))
    make_discovered(source, "matched", name="pinned", service=core, is_pinned=True)
    make_discovered(source, "published", name="published", service=core)
    make_tombstone(make_discovered(source, "ignored", name="ignored"), Verdict.IGNORED)
    make_tombstone(make_discovered(source, name="restored"), Verdict.IGNORED, lifted_at=source.created_at)
    make_tombstone(make_discovered(source, name="parted"), Verdict.PARTED, service=core)
    make_rule("first", selector={"namespaces": ["none"]})
    apply_rules_now(source)
    before = states()
    metadata = {"name": "wide", "action": action, "owner": cast.team.slug}
    shown = preview(ADMINISTRATOR, unsaved(cast, action=action))

    save_rule(actor=ADMINISTRATOR, rule=PublicationRule(), metadata=metadata, now=source.created_at)
    apply_rules_now(source)

    after = [state for name, state in states().items() if before[name] != state]
    assert (shown.publish, shown.ignore) == (after.count("published"), after.count("ignored"))
    assert shown.publish or shown.ignore or action == "propose"


def apply_rules_now(source: Source) -> None:
    ask_for_judging(source.created_at)
    apply_rules(actor=ADMINISTRATOR, source_id=source.pk, now=source.created_at)


def states() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "state"))


def test_a_rule_that_is_asked_later_takes_nothing(cast: Cast) -> None:
    make_discovered(name="one")
    make_rule("later", action="ignore", position=200)
    make_rule("paused", action="ignore", position=1, is_active=False)
    assert counts(preview(ADMINISTRATOR, unsaved(cast, position=100))) == {"publish": 1}
    assert counts(preview(ADMINISTRATOR, unsaved(cast, position=200))) == {"taken": 1}


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ({}, {"vault", "exposed", "staged"}),
        ({"namespaces": ["payments"]}, {"vault", "exposed", "staged"}),
        ({"namespaces": ["pay_ents"]}, set()),
        ({"namespaces": ["pay?ents", "x%"]}, {"vault", "exposed", "staged"}),
        ({"namespaces": ["%"]}, set()),
        ({"namespaces": ["*a*m*"]}, {"vault", "exposed", "staged"}),
        ({"sources": ["prod*"]}, {"vault", "exposed"}),
        ({"environments": ["staging"]}, {"staged"}),
        ({"exposures": ["internet"]}, {"exposed"}),
        ({"kinds": ["Service"], "labels": {"app.kubernetes.io/name": "vault"}}, {"vault"}),
        ({"labels": {"app.kubernetes.io/name": "*", "tier": "*"}}, set()),
        ({"labels": {"tier": "gold"}}, set()),
    ],
)
def test_sql_selects_what_the_rules_select(cast: Cast, selector: dict, names: set) -> None:
    prod, staging = make_source("prod-1"), make_source("test-1", environment=make_environment("staging"))
    make_discovered(prod, name="vault")
    make_discovered(prod, seen=make_exposed("exposed"))
    make_discovered(staging, name="staged")
    rule = unsaved(cast, selector=selector)
    assert {example.name for example in preview(ADMINISTRATOR, rule).examples} == names
    # Judged in memory by the same rule, the same ones are selected.
    make_rule("the-same", selector=selector, action="ignore")
    for source in (prod, staging):
        apply_rules(actor=ADMINISTRATOR, source_id=source.pk, now=source.created_at)
    ignored = DiscoveredService.objects.filter(standing="ignored").values_list("name", flat=True)
    assert set(ignored) == names


def test_it_says_when_it_counted_only_a_part(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED_AT_MOST", 2)
    source = make_source()
    for _ in range(3):
        make_discovered(source)
    shown = preview(ADMINISTRATOR, unsaved(cast), limit=1)
    assert (shown.selected, shown.is_estimate, len(shown.examples)) == (2, True, 1)


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(cast: Cast) -> None:
    numbers = []
    for number in range(2):
        make_discovered(make_source(), name=f"s{number}")
        make_rule(selector={"namespaces": [f"n{number}"]})
        with CaptureQueriesContext(connection) as queries:
            preview(ADMINISTRATOR, unsaved(cast))
        numbers.append(len(queries))
    assert numbers == [5, 5]


def test_only_administrators_preview(cast: Cast) -> None:
    with pytest.raises(Denied):
        preview(actor_of(cast.maintainer), unsaved(cast))


def test_it_counts_what_a_rule_holds_for_those_who_may_see_it(cast: Cast) -> None:
    rule = make_rule("all", action="propose")
    own = make_source(owner=cast.team)
    make_discovered(own, rule=rule)
    make_discovered(make_source(), rule=rule)
    make_discovered(own, "published", rule=rule)
    assert held_by_rules(ADMINISTRATOR) == {rule.pk: {"new": 2, "published": 1}}
    assert held_by_rules(actor_of(cast.member)) == {rule.pk: {"new": 1, "published": 1}}
    assert held_by_rules(actor_of(cast.stranger)) == {}
