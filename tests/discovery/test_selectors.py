"""The selector of a publication rule, as people and programs send it."""

import pytest

from common.errors import Invalid
from discovery.rules import Selector
from discovery.selectors import checked_selector, selector_of


def test_it_keeps_what_is_well_formed_and_nothing_twice():
    given = {"namespaces": [" cards-* ", "cards-*"], "labels": {" tier ": "gold"}, "exposures": ["internet"]}
    stored = checked_selector(given)
    assert stored == {"namespaces": ["cards-*"], "labels": {"tier": "gold"}, "exposures": ["internet"]}
    assert selector_of(stored) == Selector(namespaces=("cards-*",), exposures=("internet",), labels=(("tier", "gold"),))


def test_it_selects_everything_when_nothing_is_given():
    assert selector_of(checked_selector({})) == Selector()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ([], "selector"),
        ({"names": ["x"]}, "selector.names"),
        ({"namespaces": []}, "selector.namespaces"),
        ({"namespaces": "cards"}, "selector.namespaces"),
        ({"namespaces": ["cards", " "]}, "selector.namespaces"),
        ({"namespaces": [1]}, "selector.namespaces"),
        ({"namespaces": ["a b"]}, "selector.namespaces"),
        ({"namespaces": ["a\x00"]}, "selector.namespaces"),
        ({"namespaces": ["a" * 256]}, "selector.namespaces"),
        ({"namespaces": ["*a*a*a*a*a*"]}, "selector.namespaces"),
        ({"namespaces": [f"n{number}" for number in range(51)]}, "selector.namespaces"),
        ({"exposures": ["in*"]}, "selector.exposures"),
        ({"labels": {}}, "selector.labels"),
        ({"labels": ["tier"]}, "selector.labels"),
        ({"labels": {"tier": 1}}, "selector.labels"),
        ({"labels": {"tier": "go*"}}, "selector.labels"),
        ({"labels": {" ": "gold"}}, "selector.labels"),
        ({"labels": {"tier": "g" * 256}}, "selector.labels"),
        ({"labels": {f"l{number}": "x" for number in range(21)}}, "selector.labels"),
    ],
)
def test_it_says_which_part_is_wrong(given, field):
    with pytest.raises(Invalid) as raised:
        checked_selector(given)
    assert list(raised.value.fields) == [field]
