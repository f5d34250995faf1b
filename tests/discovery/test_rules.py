"""Publication rules as values: which one selects what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.rules import Globs, Rule, RuleSet, Selector, Subject

CARDS = Subject("prod-eu-1", "production", "cards-issuing", "Service", "internet", {"tier": "gold", "app": "vault"})


def rule(name: str, **selector) -> Rule:
    return Rule(id=len(name), name=name, selector=Selector(**selector))


@pytest.mark.parametrize(
    ("selector", "selects"),
    [
        ({}, True),
        ({"namespaces": ("cards-issuing",)}, True),
        ({"namespaces": ("cards-*",)}, True),
        ({"namespaces": ("cards",)}, False),
        ({"namespaces": ("*-issuing", "x")}, True),
        ({"namespaces": ("cards-issuin?",)}, True),
        ({"namespaces": ("cards?",)}, False),
        ({"namespaces": ("CARDS-*",)}, False),
        ({"namespaces": ("c[a]rds-*",)}, False),
        ({"namespaces": ("cards.issuing",)}, False),
        ({"sources": ("prod-*",), "environments": ("staging",)}, False),
        ({"sources": ("prod-*",), "environments": ("production",)}, True),
        ({"kinds": ("Service",), "exposures": ("internet", "mesh")}, True),
        ({"exposures": ("inside",)}, False),
        ({"labels": (("tier", "gold"),)}, True),
        ({"labels": (("tier", "*"), ("app", "vault"))}, True),
        ({"labels": (("tier", "silver"),)}, False),
        ({"labels": (("team", "*"),)}, False),
    ],
)
def test_it_selects_what_every_part_fits(selector, selects):
    assert (RuleSet([rule("one", **selector)]).first(CARDS) is not None) is selects


def test_it_is_the_first_that_counts():
    rules = RuleSet([rule("lending", namespaces=("lending",)), rule("gold", labels=(("tier", "gold"),)), rule("all")])
    found = rules.first(CARDS)
    assert found is not None
    assert found.name == "gold"


names = st.text("abc-.[]!\\(", max_size=6)


@given(names, st.lists(names, max_size=4))
def test_a_glob_without_signs_fits_its_own_name_only(value, globs):
    assert Globs(globs).fit(value) is (not globs or value in globs)


@given(st.lists(names, min_size=1, max_size=4), names)
def test_a_star_fits_any_run_and_a_question_mark_one_character(parts, between):
    assert Globs(["*".join(parts)]).fit(between.join(parts))
    assert Globs(["?".join(parts)]).fit("x".join(parts))


@given(st.permutations(["cards-issuing", "lending", "core"]))
def test_the_answer_does_not_depend_on_what_was_asked_before(namespaces):
    rules = RuleSet([rule("cards", namespaces=("cards-*",)), rule("vault", labels=(("app", "vault"),))])
    for namespace in namespaces:
        subject = Subject("a", "b", namespace, "Service", "inside", {"app": "vault"})
        found = rules.first(subject)
        assert found is not None
        assert found.name == ("cards" if namespace == "cards-issuing" else "vault")


def test_globs_of_many_stars_are_answered_at_once():
    assert not Globs(["*a*a*a*a*b"]).fit("a" * 250)
