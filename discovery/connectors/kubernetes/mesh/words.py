"""How objects and values are named in facts, each bounded: what is named comes from the cluster."""

from collections.abc import Iterable
from typing import Any

from catalog.formats.shapes import text
from discovery.connectors.base import PostureFact

VALUE_CHARACTERS_AT_MOST = 120
VALUES_AT_MOST = 4
FACTS_AT_MOST = 60


def named(item: Any, kind: str) -> str:
    """An object as facts name it: its kind, its namespace and its name."""
    return f"{kind} {item.metadata.namespace}/{item.metadata.name}"


def listed(values: Iterable[Any], at_most: int = VALUES_AT_MOST) -> str:
    """The first of some values, with how many more there are; what is no text is left out."""
    texts = [cut(value) for value in values if type(value) is str and value]
    if len(texts) > at_most:
        return f"{', '.join(texts[:at_most])} and {len(texts) - at_most:,} more"
    return ", ".join(texts)


def cut(value: Any, at_most: int = VALUE_CHARACTERS_AT_MOST) -> str:
    found = text(value)
    return found if len(found) <= at_most else f"{found[: at_most - 1]}…"


def number(value: Any) -> int | None:
    """A whole number as a mesh has them."""
    return value if type(value) is int and 0 <= value < 2**31 else None


def percent(value: Any) -> str:
    """A share of traffic as ``{"value": 12.5}`` says it, else nothing."""
    share = value.get("value") if type(value) is dict else None
    return f"{share:g} %" if type(share) in (int, float) and 0 <= share <= 100 else ""


def sentence(words: str, said: str) -> str:
    """What is said, after the words that say for whom, if any."""
    return f"{words}{said}." if words else f"{said[0].upper()}{said[1:]}."


def bounded(facts: list[PostureFact]) -> tuple[PostureFact, ...]:
    """As many as may be; the most severe are never those that are left out."""
    if len(facts) <= FACTS_AT_MOST:
        return tuple(facts)
    found = tuple(dict.fromkeys(facts))
    grave = [fact for fact in found if fact.severity != "info"][:FACTS_AT_MOST]
    kept = {*grave, *[fact for fact in found if fact.severity == "info"][: FACTS_AT_MOST - len(grave)]}
    return tuple(fact for fact in found if fact in kept)
