"""Facets as the filter panel shows them, and what is chosen as chips."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.search.values import API, DOMAIN, FACETS, OPERATION, PAGE, SERVICE, SYSTEM, TEAM, FacetValue
from portal.pages.question import UNSHOWN, Question

STANDING = 5
KINDS_IN_ORDER = (API, OPERATION, SERVICE, PAGE, TEAM, DOMAIN, SYSTEM)

TITLES = {
    "kind": "Kind",
    "domain": "Domain",
    "system": "System",
    "owner": "Owner",
    "tag": "Tag",
    "lifecycle": "Lifecycle",
    "format": "Format",
    "environment": "Environment",
    "api": "API",
    "service_kind": "Service",
}

Facets = Mapping[str, tuple[FacetValue, ...]]


def panels(question: Question, facets: Facets, *, knows_teams: bool) -> list[dict[str, Any]]:
    """The facets in their order. A value that is written into the words is shown as chosen there."""
    return [
        _panel(question, name, _values(question, facets, name)) for name in FACETS if name != "owner" or knows_teams
    ]


def chips(question: Question, facets: Facets, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """Each chosen value with the address without it; ``titles`` are those of APIs by name."""
    return [
        {
            "words": f"{TITLES[name]}: {_title(facets, titles, name, value)}",
            "url": question.without_value(name, value).url(),
        }
        for name in (*UNSHOWN, *FACETS)
        for value in dict.fromkeys(_chosen(question, name))
    ]


def _panel(question: Question, name: str, values: tuple[FacetValue, ...]) -> dict[str, Any]:
    chosen, typed = question.chosen.get(name, ()), question.typed.get(name, ())
    shown = [
        {
            "value": one.value,
            "label": one.title,
            "count": one.count,
            "chosen": one.value in chosen or one.value in typed,
            "typed": one.value in typed,
        }
        for one in values
    ]
    return {
        "name": name,
        "title": TITLES[name],
        "standing": shown[:STANDING],
        "rest": shown[STANDING:],
        "open": any(one["chosen"] for one in shown[STANDING:]),
    }


def _values(question: Question, facets: Facets, name: str) -> tuple[FacetValue, ...]:
    """The counted values; without a count at least the chosen ones, which the form must not lose."""
    values = facets.get(name) or tuple(FacetValue(value, value, 0, True) for value in question.chosen.get(name, ()))
    # The kinds keep their places: they are few, and the usual ones come first.
    return tuple(sorted(values, key=_place_of_kind)) if name == "kind" else values


def _place_of_kind(one: FacetValue) -> int:
    return KINDS_IN_ORDER.index(one.value) if one.value in KINDS_IN_ORDER else len(KINDS_IN_ORDER)


def _chosen(question: Question, name: str) -> Iterator[str]:
    yield from question.chosen.get(name, ())
    yield from question.typed.get(name, ())


def _title(facets: Facets, titles: Mapping[str, str], name: str, value: str) -> str:
    if name == "api":
        return titles.get(value, value)
    if name == "service_kind":
        return value.capitalize()
    return next((one.title for one in facets.get(name, ()) if one.value == value), value)
