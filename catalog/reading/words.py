"""Types and constraints of a schema in words."""

import json
from collections.abc import Mapping
from typing import Any

from catalog.reading.schemas import Shape, shape_of

VALUES_AT_MOST = 20
TEXT_AT_MOST = 200
_ARRAYS_AT_MOST = 5
_WORDS = {"oneOf": "one of", "anyOf": "any of"}


def type_words(shape: Shape, definitions: Mapping[str, Any], arrays: int = 0) -> str:
    """Such as «array of Reason, nullable», «date-time», «enum», «one of 2», «map of integer», «any»."""
    return _base_words(shape, definitions, arrays) + (", nullable" if shape.nullable else "")


def constraint_words(shape: Shape) -> tuple[str, ...]:
    """Such as «0 to 999», «at most 9 characters», «pattern ^c», «one of A, B»."""
    keywords = shape.keywords
    words = [
        _range(keywords),
        _count(keywords, "minLength", "maxLength", "character"),
        _count(keywords, "minItems", "maxItems", "item"),
        _count(keywords, "minProperties", "maxProperties", "entry"),
        "no item twice" if keywords.get("uniqueItems") is True else "",
        f"multiple of {number_words(keywords['multipleOf'])}" if _is_number(keywords.get("multipleOf")) else "",
        f"pattern {shortened(keywords['pattern'])}" if type(keywords.get("pattern")) is str else "",
        _values(keywords),
        "one shape excluded" if "not" in keywords else "",
        "depends on other values" if "if" in keywords else "",
    ]
    return tuple(word for word in words if word)


def value_words(value: Any) -> str:
    """A value as people read it in a sentence: text bare, everything else as JSON."""
    text = value if type(value) is str and value else json.dumps(value, ensure_ascii=False, sort_keys=False)
    return shortened(text)


def number_words(value: float) -> str:
    """A number with a true minus sign and without a trailing zero."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
    return text.replace("-", "−")


def shortened(text: str) -> str:
    return text if len(text) <= TEXT_AT_MOST else text[: TEXT_AT_MOST - 1] + "…"


def _base_words(shape: Shape, definitions: Mapping[str, Any], arrays: int) -> str:
    if shape.never:
        return "nothing"
    if "const" in shape.keywords:
        return "constant"
    if "enum" in shape.keywords:
        return "enum"
    if "array" in shape.types and len(shape.types) == 1:
        return _array_words(shape, definitions, arrays)
    if shape.types == ("object",):
        return _object_words(shape, definitions, arrays)
    if shape.types:
        return " or ".join(_one_type(name, shape.keywords) for name in shape.types)
    if shape.choices:
        return f"{_WORDS[shape.choices[0].keyword]} {len(shape.choices[0].schemas)}"
    return shape.name if shape.recurs_to or shape.missing else "any"


def _one_type(name: str, keywords: dict[str, Any]) -> str:
    """A format says more than «string»; beside a number it says only how wide it is."""
    written = keywords.get("format")
    return shortened(written) if name == "string" and type(written) is str and written else name


def _array_words(shape: Shape, definitions: Mapping[str, Any], arrays: int) -> str:
    if "items" not in shape.keywords:
        return "array"
    if arrays >= _ARRAYS_AT_MOST:
        return "array of arrays"
    return f"array of {_named_words(shape.keywords['items'], shape, definitions, arrays)}"


def _object_words(shape: Shape, definitions: Mapping[str, Any], arrays: int) -> str:
    values = shape.keywords.get("additionalProperties")
    if type(values) is not dict or shape.properties or arrays >= _ARRAYS_AT_MOST:
        return "object"
    return f"map of {_named_words(values, shape, definitions, arrays)}"


def _named_words(schema: Any, holder: Shape, definitions: Mapping[str, Any], arrays: int) -> str:
    """The name of an object that has one, or the words of its type."""
    inner = shape_of(schema, definitions, holder.references)
    if inner.name and (inner.types in ((), ("object",)) or inner.recurs_to or inner.missing):
        return inner.name
    return type_words(inner, definitions, arrays + 1)


def _range(keywords: dict[str, Any]) -> str:
    low, low_open = _bound(keywords, "minimum", "exclusiveMinimum")
    high, high_open = _bound(keywords, "maximum", "exclusiveMaximum")
    if low is not None and high is not None and not low_open and not high_open:
        return f"{number_words(low)} to {number_words(high)}"
    words = []
    if low is not None:
        words.append(f"more than {number_words(low)}" if low_open else f"{number_words(low)} or more")
    if high is not None:
        words.append(f"less than {number_words(high)}" if high_open else f"{number_words(high)} or less")
    return " and ".join(words)


def _bound(keywords: dict[str, Any], inclusive: str, exclusive: str) -> tuple[float | None, bool]:
    """(limit, whether the limit itself is left out): a flag beside the limit in 3.0, the limit itself since 3.1."""
    if _is_number(keywords.get(exclusive)):
        return keywords[exclusive], True
    limit = keywords.get(inclusive)
    return (limit, keywords.get(exclusive) is True) if _is_number(limit) else (None, False)


def _count(keywords: dict[str, Any], low_name: str, high_name: str, noun: str) -> str:
    low, high = (keywords.get(name) if _is_number(keywords.get(name)) else None for name in (low_name, high_name))
    low = low or None
    if low is None and high is None:
        return ""
    if low == high:
        return f"{low} {_plural(noun, low)}"
    if low is not None and high is not None:
        return f"{low} to {high} {_plural(noun, high)}"
    return f"at least {low} {_plural(noun, low)}" if high is None else f"at most {high} {_plural(noun, high)}"


def _plural(noun: str, count: Any) -> str:
    if count == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _values(keywords: dict[str, Any]) -> str:
    if "const" in keywords:
        return f"always {value_words(keywords['const'])}"
    values = keywords.get("enum")
    if type(values) is not list or not values:
        return ""
    shown = ", ".join(value_words(value) for value in values[:VALUES_AT_MOST])
    more = f" and {len(values) - VALUES_AT_MOST} more" if len(values) > VALUES_AT_MOST else ""
    return f"one of {shown}{more}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
