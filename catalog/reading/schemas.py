"""One schema as a page shows it: its reference followed, its `allOf` merged, its alternatives set apart.

OpenAPI 3.0 and Swagger (`nullable`, boolean `exclusiveMinimum`, one `type`) and JSON Schema 2020-12 of OpenAPI 3.1 and
3.2 are read alike. A reference is followed through the given definitions only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from catalog.formats.references import canonical

_MERGED_AT_MOST = 100
_CHOICES = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives of a schema: `keyword` is oneOf or anyOf."""

    keyword: str
    schemas: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema after its references were followed and its parts merged.

    `name` is that of the schema it refers to, `references` are those that were followed to get here, `recurs_to` names
    the schema when one of them was open already, and `missing` is true when a reference leads out of the definitions.
    """

    keywords: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    references: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    types: tuple[str, ...] = ()
    nullable: bool = False
    never: bool = False
    recurs_to: str = ""
    missing: bool = False

    @property
    def properties(self) -> dict[str, Any]:
        return self.keywords.get("properties", {})

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.keywords.get("required", ()))


def reference_name(reference: str) -> str:
    """The last name of a reference, as people read it."""
    last = reference.rstrip("/").rpartition("/")[2]
    return unquote(last).replace("~1", "/").replace("~0", "~")


def shape_of(schema: Any, definitions: Mapping[str, Any], open_references: tuple[str, ...] = ()) -> Shape:
    """The shape of a schema; `open_references` are those that enclose it, so that recursion is seen."""
    merge = _Merge(definitions, open_references)
    merge.add(schema)
    return _with_types(merge.shape())


class _Merge:
    """Gathers the keywords of a schema, of what it refers to and of the parts of its `allOf`."""

    def __init__(self, definitions: Mapping[str, Any], open_references: tuple[str, ...]) -> None:
        self._definitions = definitions
        self._open = open_references
        self._keywords: dict[str, Any] = {}
        self._choices: list[Choice] = []
        self._references: list[str] = []
        self._name = ""
        self._left = _MERGED_AT_MOST
        self._found = Shape()

    def add(self, schema: Any, part: bool = False) -> None:
        if schema is False:
            self._found = replace(self._found, never=True)
        if type(schema) is not dict or self._left <= 0:
            return
        self._left -= 1
        # What is written beside a reference (3.1) is nearer than what it leads to, so it comes first.
        self._take(schema)
        if type(schema.get("$ref")) is str:
            self._follow(schema["$ref"], part)
        for inner in _list(schema.get("allOf")):
            self.add(inner, part=True)

    def shape(self) -> Shape:
        return replace(
            self._found,
            keywords=self._keywords,
            name=self._name,
            references=tuple(self._references),
            choices=tuple(self._choices),
        )

    def _follow(self, written: str, part: bool) -> None:
        reference = canonical(written)
        name = reference_name(written)
        if not part and not self._name:
            self._name = name
        if reference is None or reference not in self._definitions:
            self._found = replace(self._found, missing=True)
        elif reference in self._open and not part:
            self._found = replace(self._found, recurs_to=name)
        elif reference not in self._references:
            self._references.append(reference)
            self.add(self._definitions[reference], part)

    def _take(self, schema: dict[str, Any]) -> None:
        for keyword, value in schema.items():
            if keyword in _CHOICES and type(value) is list and value:
                self._choices.append(Choice(keyword, tuple(value)))
            elif keyword == "properties" and type(value) is dict:
                known = self._keywords.get("properties", {})
                self._keywords["properties"] = known | {
                    name: inner for name, inner in value.items() if name not in known
                }
            elif keyword == "required" and type(value) is list:
                names = (name for name in value if type(name) is str)
                self._keywords["required"] = [*self._keywords.get("required", []), *names]
            elif keyword not in ("$ref", "allOf", "required", "properties", *_CHOICES):
                self._keywords.setdefault(keyword, value)


def _with_types(shape: Shape) -> Shape:
    """Types as a list without null, and null taken out of the alternatives; a single alternative left is the schema."""
    written = shape.keywords.get("type")
    types = tuple(name for name in ([written] if type(written) is str else _list(written)) if type(name) is str)
    nullable = shape.keywords.get("nullable") is True or "null" in types
    choices = []
    for choice in shape.choices:
        kept = tuple(schema for schema in choice.schemas if not _is_null(schema))
        nullable = nullable or len(kept) < len(choice.schemas)
        if kept:
            choices.append(replace(choice, schemas=kept))
    known = tuple(name for name in types if name != "null") or _implied(shape.keywords)
    if types == ("null",):
        known = ("null",)
    return replace(shape, types=known, nullable=nullable and known != ("null",), choices=tuple(choices))


def _implied(keywords: dict[str, Any]) -> tuple[str, ...]:
    """The type that keywords tell when none is written."""
    if keywords.get("properties") or type(keywords.get("additionalProperties")) is dict:
        return ("object",)
    return ("array",) if "items" in keywords or "prefixItems" in keywords else ()


def _is_null(schema: Any) -> bool:
    return type(schema) is dict and (schema.get("type") in ("null", ["null"]) or schema.get("enum") == [None])


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []
