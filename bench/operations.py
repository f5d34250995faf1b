"""The operation rows of an invented document, in the shape the format modules give.

Their module for OpenAPI reads each operation. The documents of ``bench.documents`` are plain enough to do the rest
without the checks and the parsing processes, which would take most of the time of a load and are measured on their own.
"""

from collections.abc import Iterator
from typing import Any

from catalog.formats.checks import PATH_PARAMETER
from catalog.formats.openapi_document import METHODS, read_operations
from catalog.formats.operations import ReadOperation
from catalog.formats.references import Resolver
from catalog.models import Operation


def operations_of(document: dict[str, Any], version_id: int) -> Iterator[Operation]:
    """Operations in the document's order, not saved."""
    schemas = document["components"]["schemas"]
    for position, read in enumerate(read_operations(document, METHODS, Resolver(document))):
        yield _operation(version_id, position, read, schemas)


def _operation(version_id: int, position: int, read: ReadOperation, schemas: dict[str, Any]) -> Operation:
    operation = read.written
    reached = list(dict.fromkeys(_reached(operation, schemas)))
    return Operation(
        version_id=version_id,
        position=position,
        slug=operation["operationId"],
        method=read.method,
        path=read.path,
        path_key=PATH_PARAMETER.sub("{}", read.path),
        operation_id=operation["operationId"],
        summary=operation["summary"],
        description=operation["description"],
        group=operation["tags"][0],
        detail=read.detail,
        fields=list(_fields(operation, schemas)),
        definitions=[f"#/components/schemas/{name}" for name in reached],
    )


def _contents(operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    bodies = [("request", operation["requestBody"])] if "requestBody" in operation else []
    bodies += [("response", response) for response in operation["responses"].values() if "content" in response]
    for place, body in bodies:
        yield place, body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]


def _reached(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for _, name in _contents(operation):
        yield name
        items = schemas[name]["properties"].get("items")
        if items:
            yield items["items"]["$ref"].rpartition("/")[2]


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[dict[str, str]]:
    for parameter in operation["parameters"]:
        yield {"in": parameter["in"], "path": parameter["name"]}
    for place, name in _contents(operation):
        for path in _paths(schemas, name):
            yield {"in": place, "path": path}


def _paths(schemas: dict[str, Any], name: str) -> Iterator[str]:
    for key, schema in schemas[name]["properties"].items():
        yield key
        if schema["type"] == "array":
            inner = schema["items"]["$ref"].rpartition("/")[2]
            yield from (f"{key}.{path}" for path in schemas[inner]["properties"])
