"""References inside one document. Only `#/…` is followed; nothing is ever fetched.

A pointer is percent-decoded (RFC 6901 section 6) and then `~1` and `~0` are decoded. Whoever follows
references keeps a visited set or a limit on hops: a reference may lead to itself.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from catalog.formats.positions import pointer_of, pointer_tokens

HOPS_AT_MOST = 20
MISSING = object()

# Under these keys lies data that may hold «$ref» without meaning one.
_DATA = frozenset({"example", "default", "enum", "const", "value"})
# The entries of these objects are names that people chose, so none of them is a keyword.
_NAMES = frozenset(
    {
        "properties",
        "patternProperties",
        "$defs",
        "definitions",
        "dependentSchemas",
        "schemas",
        "responses",
        "parameters",
    }
    | {
        "requestBodies",
        "headers",
        "securitySchemes",
        "securityDefinitions",
        "links",
        "callbacks",
        "pathItems",
        "paths",
    }
    | {
        "webhooks",
        "content",
        "encoding",
        "variables",
        "mapping",
        "scopes",
        "additionalOperations",
        "mediaTypes",
        "examples",
    }
)
_NAMES_WITH_EXTENSIONS = frozenset({"paths", "responses", "callbacks"})


def reference_tokens(reference: Any) -> list[str] | None:
    """The names that a `#` or `#/…` reference leads along; None for every other reference."""
    if not isinstance(reference, str) or (reference != "#" and not reference.startswith("#/")):
        return None
    return pointer_tokens(unquote(reference[1:]))


def canonical(reference: Any) -> str | None:
    """One spelling for all spellings of a reference in this document; None for any other."""
    tokens = reference_tokens(reference)
    return None if tokens is None else "#" + pointer_of(tokens)


def lookup(document: Any, tokens: list[str]) -> Any:
    """The value at the names, or MISSING."""
    value = document
    for token in tokens:
        if type(value) is dict:
            value = value.get(token, MISSING)
        elif type(value) is list and token.isascii() and token.isdigit() and int(token[:9]) < len(value):
            value = value[int(token[:9])]
        else:
            return MISSING
        if value is MISSING:
            return MISSING
    return value


class Resolver:
    """Follows references of components in one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def object(self, value: Any) -> dict[str, Any]:
        """The object itself or the one its reference leads to; empty when there is none. Loops end."""
        for _ in range(HOPS_AT_MOST):
            if type(value) is not dict:
                return {}
            if "$ref" not in value or type(value["$ref"]) is not str:
                return value
            tokens = reference_tokens(value["$ref"])
            value = MISSING if tokens is None else lookup(self.document, tokens)
        return {}

    def at(self, reference: str) -> Any:
        """The value that a reference names, or MISSING."""
        tokens = reference_tokens(reference)
        return MISSING if tokens is None else lookup(self.document, tokens)


def references(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every reference as (pointer of the object that holds it, reference), in the order of the document."""
    stack: list[tuple[Any, Any, bool, bool]] = [(document, None, False, False)]
    seen_shared: set[int] = set()
    while stack:
        node, path, names, extensions = stack.pop()
        if type(node) is list:
            stack.extend((item, (path, index), False, False) for index, item in _reversed_containers(enumerate(node)))
            continue
        if id(node) in seen_shared:
            continue
        seen_shared.add(id(node))
        reference = node.get("$ref")
        if type(reference) is str and not names:
            yield _pointer(path), reference
        for key, value in _reversed_containers(node.items()):
            if names and not (extensions and key.startswith("x-")):
                stack.append((value, (path, key), False, False))
            elif not names and not _is_data(key, value):
                is_names = key in _NAMES and type(value) is dict
                stack.append((value, (path, key), is_names, key in _NAMES_WITH_EXTENSIONS))


def _reversed_containers(items: Any) -> list[tuple[Any, Any]]:
    kept = [(key, value) for key, value in items if type(value) is dict or type(value) is list]
    kept.reverse()
    return kept


def _is_data(key: str, value: Any) -> bool:
    return key in _DATA or key.startswith("x-") or (key == "examples" and type(value) is list)


def _pointer(path: Any) -> str:
    tokens: list[str | int] = []
    while path is not None:
        path, token = path
        tokens.append(token)
    return pointer_of(reversed(tokens))
