"""What an audit event changed, in the words of a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

NOTHING = "–"
_LONGEST = 120
# What one name within such a field stands for.
_PARTS = {"docs": "page "}


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    words: str


def worded(difference: Mapping[str, Any]) -> list[Difference]:
    """One line for each field that says something; what is not a pair of before and after is the value that was set."""
    lines = []
    for field, values in difference.items():
        before, after = values if isinstance(values, list) and len(values) == 2 else (None, values)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            words = ", ".join(_parts(before, after, _PARTS.get(field, "")))
        else:
            words = _change(_word(before), _word(after))
        if words != NOTHING:
            lines.append(Difference(field.replace("_", " "), words))
    return lines


def _parts(before: Mapping[str, Any], after: Mapping[str, Any], noun: str) -> Iterator[str]:
    """What became of each name: the values are only measures of what it holds, such as the length of a page."""
    for name in {**before, **after}:
        verb = "added" if before.get(name) is None else "removed" if after.get(name) is None else "changed"
        yield f"{verb} {noun}{name}"


def _change(before: str, after: str) -> str:
    """A value that stayed the same is told once: it says what the others are about."""
    shown = [Truncator(words).chars(_LONGEST) for words in (before, after)]
    return shown[0] if before == after else " → ".join(shown)


def _word(value: Any) -> str:
    match value:
        case None | "" | []:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_word(item) for item in value)
        case Mapping():
            return ", ".join(f"{name}: {_word(item)}" for name, item in value.items()) or NOTHING
    return str(value)
