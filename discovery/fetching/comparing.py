"""The difference between two specifications by what they say, not by their bytes. Pure.

YAML or JSON, the order of keys, of parameters, tags and required properties, and white space are no difference, nor is
anything the formats do not read (extensions). Servers are none either, wherever they are written: where a version can
be reached is known from its instances, and generators write the address they happen to be asked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.formats.base import ParsedOperation, ParsedSpecification

NAMED_AT_MOST = 50
_ORDERLESS = frozenset({"required", "tags", "parameters"})
#: Values of somebody's own, in which words of a specification mean nothing.
_AS_WRITTEN = frozenset({"example", "examples", "default", "enum", "const"})
_SERVERS = "servers"
_TEXTS = ("summary", "description", "operation_id", "deprecated")
_ABOUT = ("title", "version", "description", "terms", "contact", "license", "external_docs", "security_schemes")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a running document has, lacks and says otherwise than the published one: operations as «GET /payments»,
    changed ones with the parts that differ, and the names of other parts."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    other: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.other)

    @property
    def sentence(self) -> str:
        """Such as «1 operation added, 2 changed, and other parts: version»."""
        counts = [(len(self.added), "added"), (len(self.removed), "removed"), (len(self.changed), "changed")]
        said = [(count, word) for count, word in counts if count]
        parts = [
            f"{count:,} {('operation' if count == 1 else 'operations') + ' ' if not number else ''}{word}"
            for number, (count, word) in enumerate(said)
        ]
        if self.other:
            parts.append(f"other parts: {', '.join(self.other)}")
        return ", ".join(parts)

    @property
    def details(self) -> dict[str, Any]:
        """At most fifty of each, as JSON."""
        return {
            "added": list(self.added[:NAMED_AT_MOST]),
            "removed": list(self.removed[:NAMED_AT_MOST]),
            "changed": [{"operation": name, "parts": list(parts)} for name, parts in self.changed[:NAMED_AT_MOST]],
            "other": list(self.other[:NAMED_AT_MOST]),
        }


def difference(published: ParsedSpecification, running: ParsedSpecification) -> Difference:
    """What of the running specification is not as published."""
    before, after = _operations(published), _operations(running)
    schemas = _differing(published.definitions, running.definitions)
    changed, reached = [], set()
    for key, operation in after.items():
        if key in before:
            parts = _parts(before[key], operation, schemas)
            reached.update((*before[key].definitions, *operation.definitions))
            if parts:
                changed.append((_named(operation), parts))
    new, gone = [key for key in after if key not in before], [key for key in before if key not in after]
    for operations, keys in ((after, new), (before, gone)):
        reached.update(name for key in keys for name in operations[key].definitions)
    return Difference(
        tuple(_named(after[key]) for key in new),
        tuple(_named(before[key]) for key in gone),
        tuple(changed),
        tuple(_other(published, running, schemas - reached)),
    )


def _operations(specification: ParsedSpecification) -> dict[Key, ParsedOperation]:
    return {(operation.method, operation.path_key): operation for operation in specification.operations}


def _named(operation: ParsedOperation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _parts(before: ParsedOperation, after: ParsedOperation, schemas: set[str]) -> tuple[str, ...]:
    """The parts of an operation that differ, a schema it refers to among them."""
    parts = [name.replace("_", " ") for name in _TEXTS if getattr(before, name) != getattr(after, name)]
    if before.path != after.path:
        parts.append("names in the path")
    if sorted(before.tags) != sorted(after.tags):
        parts.append("tags")
    parts.extend(
        name.replace("_", " ")
        for name in sorted((before.detail.keys() | after.detail.keys()) - {_SERVERS})
        if _plain(before.detail.get(name), name) != _plain(after.detail.get(name), name)
    )
    if not schemas.isdisjoint((*before.definitions, *after.definitions)):
        parts.append("schemas")
    return tuple(parts)


def _other(published: ParsedSpecification, running: ParsedSpecification, schemas: set[str]) -> Iterable[str]:
    if (published.format, published.format_version) != (running.format, running.format_version):
        yield "format"
    for name in _ABOUT:
        if _plain(getattr(published, name), name) != _plain(getattr(running, name), name):
            yield name.replace("_", " ")
    if _named_things(published.tags) != _named_things(running.tags):
        yield "tags"
    if _named_things(published.webhooks) != _named_things(running.webhooks):
        yield "webhooks"
    if schemas:
        yield "schemas"


def _named_things(things: Iterable[Mapping[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    return sorted(tuple(sorted((key, str(value)) for key, value in thing.items())) for thing in things)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The references whose schemas are not the same on both sides."""
    return {
        name
        for name in before.keys() | after.keys()
        if name not in before or name not in after or _plain(before[name], "") != _plain(after[name], "")
    }


def _plain(value: Any, name: str) -> Any:
    """The value without servers and the places in its document, and lists whose order says nothing in one order."""
    if name in _AS_WRITTEN:
        return value
    if isinstance(value, dict):
        is_object = name != "properties"
        return {key: _plain(part, key) for key, part in value.items() if not (is_object and _is_no_content(key, part))}
    if not isinstance(value, list | tuple):
        return value
    parts = [_plain(part, "") for part in value]
    if name in _ORDERLESS:
        return sorted(parts, key=lambda part: orjson.dumps(part, option=orjson.OPT_SORT_KEYS, default=str))
    return parts


def _is_no_content(key: str, part: Any) -> bool:
    return key == _SERVERS or (key == "pointer" and isinstance(part, str) and part.startswith(("#", "/")))
