"""What an audit event changed, in the words of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    before: str
    after: str


def worded(difference: Mapping[str, Any]) -> list[Difference]:
    """One line for each field; what is not a pair of before and after is the value that was set."""
    lines = []
    for field, values in difference.items():
        before, after = values if isinstance(values, list) and len(values) == 2 else (None, values)
        lines.append(Difference(field.replace("_", " "), _word(before), _word(after)))
    return lines


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
