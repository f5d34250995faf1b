"""The selector of a publication rule as it is stored and sent, checked and made a value.

Stored is ``{sources, environments, namespaces, kinds, exposures: [...], labels: {...}}``; a key that is absent selects
everything. Everything in it is bounded, because it is compared with every discovered service.
"""

from collections.abc import Mapping
from typing import Any

from common.errors import Invalid
from discovery.connectors.base import EXPOSURES
from discovery.rules import LISTS, Selector, is_glob

GLOBS_AT_MOST, GLOB_LENGTH, STARS_AT_MOST = 50, 255, 5
LABELS_AT_MOST, LABEL_KEY_LENGTH, LABEL_VALUE_LENGTH = 20, 320, 255
_KEYS = (*LISTS, "labels")


def selector_of(stored: Mapping[str, Any]) -> Selector:
    """The value of a selector that has been checked."""
    lists = {part: tuple(stored.get(part, ())) for part in LISTS}
    return Selector(**lists, labels=tuple(sorted(stored.get("labels", {}).items())))


def checked_selector(given: Any) -> dict[str, Any]:
    """The selector as it is stored: each part trimmed, each name once. Raises ``Invalid`` by ``selector.<part>``."""
    if not isinstance(given, Mapping):
        raise Invalid({"selector": "Give an object with the parts of the selector."})
    errors: dict[str, str] = {f"selector.{key}": "There is no such part." for key in given if key not in _KEYS}
    stored: dict[str, Any] = {}
    for part in _KEYS:
        if part not in given:
            continue
        checked, error = (_labels if part == "labels" else _names)(given[part], part)
        if error:
            errors[f"selector.{part}"] = error
        stored[part] = checked
    if errors:
        raise Invalid(errors)
    return stored


def _names(given: Any, part: str) -> tuple[list[str], str]:
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        return [], "Give a list of names."
    names = list(dict.fromkeys(name.strip() for name in given))
    if not names or "" in names:
        return [], "Name at least one, or leave the part out." if not names else "A name is empty."
    if len(names) > GLOBS_AT_MOST:
        return [], f"Give at most {GLOBS_AT_MOST} names."
    wrong = next((name for name in names if _is_wrong(name, part)), None)
    return names, _complaint(wrong, part) if wrong is not None else ""


def _is_wrong(name: str, part: str) -> bool:
    if part == "exposures":
        return name not in EXPOSURES
    return len(name) > GLOB_LENGTH or name.count("*") > STARS_AT_MOST or not name.isprintable() or " " in name


def _complaint(name: str, part: str) -> str:
    shown = name[:60]
    if part == "exposures":
        return f"“{shown}” is no exposure. There are: {', '.join(EXPOSURES)}."
    if name.count("*") > STARS_AT_MOST:
        return f"“{shown}” has more than {STARS_AT_MOST} stars."
    if len(name) > GLOB_LENGTH:
        return f"“{shown}…” is longer than {GLOB_LENGTH} characters."
    return f"“{shown}” has a space or a character that cannot be shown."


def _labels(given: Any, _part: str) -> tuple[dict[str, str], str]:
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for pair in given.items() for text in pair):
        return {}, "Give an object of labels and values."
    labels = {key.strip(): value.strip() for key, value in given.items()}
    if not labels:
        return {}, "Name at least one, or leave the part out."
    if len(labels) > LABELS_AT_MOST:
        return {}, f"Give at most {LABELS_AT_MOST} labels."
    wrong = next((key for key, value in labels.items() if not _is_label(key, value)), None)
    if wrong is not None:
        return {}, f"“{wrong[:60]}” cannot be a label with that value. Use * for any value."
    return labels, ""


def _is_label(key: str, value: str) -> bool:
    if not key or len(key) > LABEL_KEY_LENGTH or not key.isprintable() or " " in key:
        return False
    return len(value) <= LABEL_VALUE_LENGTH and value.isprintable() and (value == "*" or not is_glob(value))
