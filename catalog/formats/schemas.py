"""Schema objects of one document: their parts, what they refer to, what can be reached from them.

References stay references. Each schema is looked at once, however many others refer to it, so that a dense
graph costs what its text costs.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from catalog.formats.positions import pointer_of
from catalog.formats.references import MISSING, Resolver, canonical, reference_tokens

REACHED_AT_MOST = 500

_ONE = (
    *("items", "additionalProperties", "additionalItems", "not", "if", "then", "else", "contains"),
    *("propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")


def schema_parts(schema: dict[str, Any]) -> Iterator[Any]:
    """The schemas directly inside a schema; examples, defaults and other data are not looked into."""
    for keyword in _ONE:
        if keyword in schema:
            yield schema[keyword]
    for keyword in _LISTS:
        if type(schema.get(keyword)) is list:
            yield from schema[keyword]
    for keyword in _MAPS:
        if type(schema.get(keyword)) is dict:
            yield from schema[keyword].values()


class Definitions:
    """Which schemas of a document refer to which."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._direct: dict[int, tuple[str, ...]] = {}
        self._found: dict[str, Any] = {}

    def add_named(self, place: list[str], schema: Any) -> None:
        """Makes the schema at a place of the document one of the definitions, referred to or not."""
        if type(schema) is dict or type(schema) is bool:
            self._found["#" + pointer_of(place)] = schema

    def reached_from(self, schemas: Iterable[Any]) -> tuple[str, ...]:
        """References of all schemas reachable from these, nearest first, at most REACHED_AT_MOST."""
        reached: dict[str, None] = {}
        queue = deque(reference for schema in schemas for reference in self._refers_to(schema))
        while queue and len(reached) < REACHED_AT_MOST:
            reference = queue.popleft()
            if reference not in reached:
                reached[reference] = None
                queue.extend(self._refers_to(self._found[reference]))
        return tuple(reached)

    def all(self) -> dict[str, Any]:
        """Every definition and every schema that these lead to, by reference."""
        queue = list(self._found)
        seen = set(queue)
        while queue:
            for reference in self._refers_to(self._found[queue.pop()]):
                if reference not in seen:
                    seen.add(reference)
                    queue.append(reference)
        return self._found

    def _refers_to(self, schema: Any) -> tuple[str, ...]:
        """The references inside one schema, each resolved once and noted."""
        if type(schema) is not dict:
            return ()
        known = self._direct.get(id(schema))
        if known is None:
            known = tuple(dict.fromkeys(filter(self._is_schema, _references_in(schema))))
            self._direct[id(schema)] = known
        return known

    def _is_schema(self, reference: str) -> bool:
        """True for a reference to a schema; a whole section of the document is none."""
        if reference in self._found:
            return True
        tokens = reference_tokens(reference) or []
        if len(tokens) < 2 or (len(tokens) == 2 and tokens[0] == "components"):
            return False
        schema = self._resolver.at(reference)
        if schema is MISSING or type(schema) not in (dict, bool):
            return False
        self._found[reference] = schema
        return True


def _references_in(schema: dict[str, Any]) -> Iterator[str]:
    """The references in a schema and in the schemas written inside it, in one spelling."""
    stack: list[Any] = [schema]
    seen: set[int] = set()
    while stack:
        part = stack.pop()
        if type(part) is not dict or id(part) in seen:
            continue
        seen.add(id(part))
        for written in _written_references(part):
            reference = canonical(written)
            if reference is not None:
                yield reference
        stack.extend(reversed(list(schema_parts(part))))


def _written_references(schema: dict[str, Any]) -> Iterator[Any]:
    for keyword in ("$ref", "$dynamicRef"):
        if keyword in schema:
            yield schema[keyword]
    discriminator = schema.get("discriminator")
    targets = discriminator.get("mapping") if type(discriminator) is dict else None
    if type(targets) is dict:
        for target in targets.values():
            yield target if type(target) is str and "/" in target else f"#/components/schemas/{target}"
