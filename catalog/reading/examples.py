"""Example values: the one a document gives, or one made from the schema, small and the same each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reading.patterns import fitting_text
from catalog.reading.schemas import Shape, shape_of

DEPTH_AT_MOST = 8
VALUES_AT_MOST = 400
ITEMS_AT_MOST = 3
REQUEST, RESPONSE = "request", "response"

_TEXTS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "P1D",
    "email": "name@example.com",
    "idn-email": "name@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/path",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "RXhhbXBsZQ==",
    "binary": "…",
    "password": "secret",
}
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Example:
    """A value and where it is from: «given» by the document (with the name it has there) or «generated»."""

    value: Any
    source: str
    name: str = ""


def media_example(media: Mapping[str, Any], definitions: Mapping[str, Any], direction: str = REQUEST) -> Example | None:
    """The example of a media type or parameter as the detail of an operation has it; None when nothing is known."""
    given = given_examples(media)
    if given:
        return given[0]
    if media.get("schema") is None:
        return None
    return Example(generated(media["schema"], definitions, direction), "generated")


def given_examples(media: Mapping[str, Any]) -> list[Example]:
    """The examples that a document gives for a media type or parameter, in its order."""
    found = [Example(media["example"], "given")] if "example" in media else []
    for name, example in media.get("examples", {}).items():
        value = example.get("value", example.get("serializedValue", _NOTHING))
        if value is not _NOTHING:
            found.append(Example(value, "given", name))
    return found


def generated(schema: Any, definitions: Mapping[str, Any], direction: str = REQUEST) -> Any:
    """A value that fits the schema as far as it is simple: right types, given values, limits and common formats.

    Properties that are read only are left out of a request, write only ones out of a response. A schema that begins
    again inside itself is left out where it may be, and empty where it must be.
    """
    value = _Making(definitions, "readOnly" if direction == REQUEST else "writeOnly").value(schema, (), 0)
    return None if value is _NOTHING else value


class _Making:
    def __init__(self, definitions: Mapping[str, Any], left_out: str) -> None:
        self._definitions = definitions
        self._left_out = left_out
        self._left = VALUES_AT_MOST

    def value(self, schema: Any, enclosing: tuple[str, ...], depth: int) -> Any:
        shape = shape_of(schema, self._definitions, enclosing)
        self._left -= 1
        if shape.recurs_to or shape.never or depth > DEPTH_AT_MOST or self._left < 0:
            return _NOTHING
        written = _written(shape)
        if written is not _NOTHING:
            return written
        opened = (*enclosing, *shape.references)
        if "array" in shape.types:
            return self._array(shape, opened, depth)
        if "object" in shape.types:
            return self._object(shape, opened, depth)
        if shape.choices and not shape.types:
            return self._chosen(shape, opened, depth)
        return _scalar(shape)

    def _object(self, shape: Shape, opened: tuple[str, ...], depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for choice in shape.choices:
            part = self.value(choice.schemas[0], opened, depth + 1)
            made |= part if type(part) is dict else {}
        for name, schema in shape.properties.items():
            if type(schema) is dict and schema.get(self._left_out) is True:
                continue
            value = self.value(schema, opened, depth + 1)
            if value is not _NOTHING:
                made[name] = value
            elif name in shape.required:
                made[name] = None
        others = shape.keywords.get("additionalProperties")
        if not made and type(others) is dict:
            value = self.value(others, opened, depth + 1)
            made = {} if value is _NOTHING else {"key": value}
        return made

    def _array(self, shape: Shape, opened: tuple[str, ...], depth: int) -> list[Any]:
        places = shape.keywords.get("prefixItems")
        if type(places) is list:
            made = [self.value(schema, opened, depth + 1) for schema in places[:VALUES_AT_MOST]]
            return [None if value is _NOTHING else value for value in made]
        item = self.value(shape.keywords.get("items", {}), opened, depth + 1)
        least = shape.keywords.get("minItems")
        count = min(max(least, 1), ITEMS_AT_MOST) if type(least) is int else 1
        return [] if item is _NOTHING or shape.keywords.get("maxItems") == 0 else [item] * count

    def _chosen(self, shape: Shape, opened: tuple[str, ...], depth: int) -> Any:
        """The first alternative that comes to a value."""
        for schema in shape.choices[0].schemas[:ITEMS_AT_MOST]:
            value = self.value(schema, opened, depth + 1)
            if value is not _NOTHING:
                return value
        return _NOTHING


def _written(shape: Shape) -> Any:
    """A value that the schema itself names."""
    keywords = shape.keywords
    for keyword in ("example", "const", "default"):
        if keyword in keywords:
            return keywords[keyword]
    for keyword in ("examples", "enum"):
        if type(keywords.get(keyword)) is list and keywords[keyword]:
            return keywords[keyword][0]
    return _NOTHING


def _scalar(shape: Shape) -> Any:
    kind = shape.types[0] if shape.types else "string" if not shape.missing else ""
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return _number(shape.keywords, whole=kind == "integer")
    return _text(shape.keywords) if kind == "string" else None


def _number(keywords: dict[str, Any], whole: bool) -> int | float:
    """The least number allowed, or one, or the most allowed when that is less."""
    step: Any = keywords.get("multipleOf")
    low, high = keywords.get("minimum"), keywords.get("maximum")
    above, below = keywords.get("exclusiveMinimum"), keywords.get("exclusiveMaximum")
    gap = step if _is_number(step) else 1
    if _is_number(above):
        low = above + gap
    elif above is True and _is_number(low):
        low += gap
    if _is_number(below):
        high = below - gap
    value: Any = low if _is_number(low) else gap
    if _is_number(high) and value > high:
        value = high if not _is_number(low) else (low + high) / 2
    return int(value) if whole else value


def _text(keywords: dict[str, Any]) -> str:
    pattern = keywords.get("pattern")
    fitting = fitting_text(pattern) if type(pattern) is str else None
    if fitting is not None:
        return fitting
    text = _TEXTS.get(str(keywords.get("format")), "text")
    least, most = keywords.get("minLength"), keywords.get("maxLength")
    if type(least) is int and len(text) < least:
        text = (text * (min(least, 200) // len(text) + 1))[: min(least, 200)]
    return text[:most] if type(most) is int and most >= 0 else text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
