"""How publication rules and their previews read."""

import pytest

from accounts.models import Team
from catalog.models import Domain, System
from discovery.models import PublicationRule
from discovery.queries.rules import RulePreview
from discovery.web.rule_words import deletion_words, details, headline, rule_words, selected_words

ISSUING, CARDS, TEAM = System(title="Issuing"), Domain(title="Cards"), Team(title="Card Issuing")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "Publishes every service."),
        ({"action": "ignore", "owner": TEAM}, "Ignores every service."),
        ({"action": "propose"}, "Proposes for every service: nothing of its own."),
        (
            {
                "selector": {"namespaces": ["cards", "cards-*"], "sources": ["prod"], "exposures": ["internet"]},
                "kind": "saas",
                "system": ISSUING,
                "domain": CARDS,
                "owner": TEAM,
                "visibility": "public",
                "publishes_unowned": True,
            },
            "Publishes services in namespace cards or cards-*, of source prod, exposed: as SaaS, system Issuing, "
            "domain Cards, owner Card Issuing, visibility public, also without an owner.",
        ),
        (
            {"selector": {"labels": {"tier": "gold", "team": "*"}, "kinds": ["Service"]}, "kind": "monolith"},
            "Publishes services of kind Service, with label team and tier: gold: as monolith.",
        ),
        (
            {"selector": {"environments": list("abcdefg")}},
            "Publishes services in environment a, b, c, d or 3 others.",
        ),
    ],
)
def test_a_rule_says_what_it_does(rule: dict, words: str) -> None:
    assert rule_words(PublicationRule(**rule)) == words


def test_a_preview_says_what_would_change_and_what_would_not() -> None:
    taken_by = {"a": 1, "b": 5, "c": 3, "d": 2}
    shown = RulePreview(
        selected=1400, publish=1312, ignore=40, unowned=1, already=2, waiting=1, taken=11, taken_by=taken_by
    )
    assert headline(shown) == "Would publish 1,312, ignore 40"
    assert selected_words(shown) == "Selects 1,400 services of those that are there now."
    assert details(shown) == [
        "1 stays in the inbox, because nobody owns it.",
        "2 are in the catalog or ignored already.",
        "1 waits for a person to decide.",
        "Earlier rules come first: 5 by b, 3 by c, 2 by d, 1 by others.",
    ]


def test_an_estimate_says_so() -> None:
    shown = RulePreview(selected=10_000, propose=9_999, already=1, is_estimate=True)
    assert headline(shown) == "Would propose values for 9,999+"
    assert selected_words(shown) == "Counted on the 10,000 newest services it selects; there are more."
    assert details(shown) == ["1+ are in the catalog or ignored already."]


def test_a_rule_without_effect_says_so() -> None:
    assert headline(RulePreview()) == "Would change nothing"
    assert details(RulePreview()) == []


def test_deleting_says_what_follows() -> None:
    assert deletion_words(0, 0, 0) == "It selects no service now."
    assert deletion_words(1, 2, 3) == (
        "1 service stays in the catalog. 2 services it ignores return to the inbox, unless another rule ignores them. "
        "3 services in the inbox lose the values it proposes."
    )
