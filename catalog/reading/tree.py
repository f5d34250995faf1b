"""A schema as a tree of rows for the operation page, bounded, with recursion and what is left out shown as such."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reading.schemas import Choice, Shape, shape_of
from catalog.reading.words import constraint_words, type_words, value_words

DEPTH_AT_MOST = 10
ROWS_AT_MOST = 500
VARIANTS_AT_MOST = 30
_FEWER_LEVELS = (4, 2, 1)
OTHER_NAMES = "*"
_CHOICE_WORDS = {"oneOf": "one of", "anyOf": "any of"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Variants:
    """A choice between shapes: `words` such as «one of 2»; each row is named after its schema, or by its number."""

    words: str
    rows: tuple["Row", ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One property, or the schema itself at the top.

    `name` is «*» for entries of a map. `schema` names the schema that is referred to. `recurs_to` names the enclosing
    schema that begins again here. `not_drawn` is true when there is more inside that is left out for its size, and
    `not_described` when the reference leads to nothing.
    """

    name: str
    anchor: str
    type: str
    schema: str = ""
    constraints: tuple[str, ...] = ()
    default: str = ""
    example: str = ""
    description: str = ""
    required: bool = False
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    children: tuple["Row", ...] = ()
    variants: tuple[Variants, ...] = ()
    recurs_to: str = ""
    not_drawn: bool = False
    not_described: bool = False


def schema_tree(
    schema: Any,
    definitions: Mapping[str, Any],
    *,
    anchor: str = "schema",
    depth: int = DEPTH_AT_MOST,
    rows: int = ROWS_AT_MOST,
) -> Row:
    """The row of a schema with its properties as children, as far as `depth` levels and `rows` rows allow.

    A tree that needs more rows is drawn again with fewer levels, so that the depths of the first properties do not
    use up the rows of the last. `anchor` begins the id of every row, so that several trees can be on one page.
    """
    for levels in (depth, *(fewer for fewer in _FEWER_LEVELS if fewer < depth)):
        drawing = _Drawing(definitions, levels, rows)
        root = drawing.row("", schema, _safe(anchor), (), 0)
        if drawing.has_rows_left:
            break
    return root


class _Drawing:
    def __init__(self, definitions: Mapping[str, Any], depth: int, rows: int) -> None:
        self._definitions = definitions
        self._depth = depth
        self._left = rows
        self._anchors: set[str] = set()

    @property
    def has_rows_left(self) -> bool:
        return self._left > 0

    def row(
        self, name: str, schema: Any, anchor: str, enclosing: tuple[str, ...], depth: int, required: bool = False
    ) -> Row:
        self._left -= 1
        anchor = self._unique(anchor)
        shape = shape_of(schema, self._definitions, enclosing)
        inside, opened = self._inside(shape, enclosing)
        parts = [] if inside.recurs_to else list(self._parts(inside))
        within = depth < self._depth
        children = tuple(self._children(parts, anchor, opened, depth)) if within else ()
        choices = inside.choices if within else ()
        variants = tuple(self._variants(choice, anchor, opened, depth) for choice in choices)
        return Row(
            name=name,
            anchor=anchor,
            type=type_words(shape, self._definitions),
            schema=shape.name or inside.name,
            constraints=constraint_words(shape),
            required=required,
            children=children,
            variants=variants,
            recurs_to=inside.recurs_to,
            not_drawn=len(children) < len(parts) or _variant_count(variants) < _schema_count(inside.choices),
            not_described=shape.missing,
            **_texts(shape.keywords),
        )

    def _inside(self, shape: Shape, enclosing: tuple[str, ...]) -> tuple[Shape, tuple[str, ...]]:
        """The shape whose properties are shown below: that of the items for an array, however deep the arrays."""
        opened = (*enclosing, *shape.references)
        for _ in range(self._depth):
            items = shape.keywords.get("items")
            if "array" not in shape.types or type(items) is not dict:
                break
            shape = shape_of(items, self._definitions, opened)
            opened = (*opened, *shape.references)
        return shape, opened

    def _parts(self, shape: Shape) -> Iterator[tuple[str, Any, bool]]:
        """(name, schema, required) of everything directly inside an object or a tuple."""
        for name, schema in shape.properties.items():
            yield name, schema, name in shape.required
        patterns = shape.keywords.get("patternProperties")
        if type(patterns) is dict:
            yield from ((f"/{pattern}/", schema, False) for pattern, schema in patterns.items())
        others = shape.keywords.get("additionalProperties")
        if type(others) is dict and others and (shape.properties or self._has_parts(others, shape)):
            yield OTHER_NAMES, others, False
        places = shape.keywords.get("prefixItems")
        if type(places) is list:
            yield from ((str(index), schema, False) for index, schema in enumerate(places))

    def _has_parts(self, schema: Any, holder: Shape) -> bool:
        """Whether the entries of a map need a row of their own: «map of string» has said all there is."""
        shape = shape_of(schema, self._definitions, holder.references)
        inner, _opened = self._inside(shape, holder.references)
        return bool(inner.properties or inner.choices or inner.recurs_to or inner.keywords.get("additionalProperties"))

    def _children(
        self, parts: list[tuple[str, Any, bool]], anchor: str, opened: tuple[str, ...], depth: int
    ) -> Iterator[Row]:
        for name, schema, required in parts:
            if self._left <= 0:
                return
            yield self.row(name, schema, f"{anchor}.{_safe(name)}", opened, depth + 1, required)

    def _variants(self, choice: Choice, anchor: str, opened: tuple[str, ...], depth: int) -> Variants:
        rows = []
        for number, schema in enumerate(choice.schemas[:VARIANTS_AT_MOST], start=1):
            if self._left <= 0:
                break
            name = self._variant_name(schema, number)
            rows.append(self.row(name, schema, f"{anchor}.{_safe(name)}", opened, depth + 1))
        return Variants(f"{_CHOICE_WORDS[choice.keyword]} {len(choice.schemas)}", tuple(rows))

    def _variant_name(self, schema: Any, number: int) -> str:
        shape = shape_of(schema, self._definitions)
        title = shape.keywords.get("title")
        return shape.name or (title if type(title) is str and title else f"variant {number}")

    def _unique(self, anchor: str) -> str:
        candidate, number = anchor, 1
        while candidate in self._anchors:
            number += 1
            candidate = f"{anchor}-{number}"
        self._anchors.add(candidate)
        return candidate


def _variant_count(variants: tuple[Variants, ...]) -> int:
    return sum(len(each.rows) for each in variants)


def _schema_count(choices: tuple[Choice, ...]) -> int:
    return sum(len(choice.schemas) for choice in choices)


def _texts(keywords: dict[str, Any]) -> dict[str, Any]:
    description = keywords.get("description")
    examples = keywords.get("examples")
    example = keywords.get("example", examples[0] if type(examples) is list and examples else None)
    return {
        "default": value_words(keywords["default"]) if "default" in keywords else "",
        "example": value_words(example) if example is not None else "",
        "description": description if type(description) is str else "",
        "deprecated": keywords.get("deprecated") is True,
        "read_only": keywords.get("readOnly") is True,
        "write_only": keywords.get("writeOnly") is True,
    }


def _safe(name: str) -> str:
    """A part of an HTML id that also reads well in an address."""
    return _UNSAFE.sub("-", name)[:80] or "-"
