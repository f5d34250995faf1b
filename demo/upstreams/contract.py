"""The operations of a specification, and which of them a request is for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "put", "post", "delete", "patch")
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """``path`` is the template, ``responses`` are as the document has them, by status."""

    method: str
    path: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    responses: Mapping[str, Any]
    produces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An operation with the values that the path has for its parameters."""

    operation: Operation
    values: dict[str, str]


class Contract:
    """What one version of an API answers to."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        # A template with fewer parameters is the one meant where two fit (OpenAPI 3.1, paths object).
        self.operations = sorted(_operations(document), key=lambda one: len(one.names))

    def match(self, method: str, path: str) -> Match | None:
        """The operation; HEAD is asked of GET."""
        wanted = "get" if method == "HEAD" else method.lower()
        for operation in self.operations:
            found = operation.pattern.fullmatch(path) if operation.method == wanted else None
            if found is not None:
                return Match(operation, dict(zip(operation.names, found.groups(), strict=True)))
        return None

    def methods(self, path: str) -> list[str]:
        """What may be asked of the path; empty when there is none like it."""
        return sorted({one.method.upper() for one in self.operations if one.pattern.fullmatch(path)})

    def resolved(self, node: Any) -> Any:
        """The node, or what it refers to within the document."""
        seen = 0
        while isinstance(node, Mapping) and "$ref" in node and seen < 20:
            found: Any = self.document
            for part in str(node["$ref"]).removeprefix("#/").split("/"):
                found = found.get(part.replace("~1", "/").replace("~0", "~"), {})
            node, seen = found, seen + 1
        return node


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    shared = tuple(document.get("produces", ()))
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                stated = item[method]
                produces = tuple(stated.get("produces", ())) or shared
                names = tuple(_PLACEHOLDER.findall(path))
                yield Operation(method, path, _pattern(path), names, stated["responses"], produces)


def _pattern(path: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(path)
    return re.compile("".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))
