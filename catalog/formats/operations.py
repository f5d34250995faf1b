"""From what a format read of each operation to the values that leave it, the same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.formats.base import ParsedOperation
from catalog.formats.checks import PATH_PARAMETER
from catalog.formats.fields import operation_fields
from catalog.formats.references import Resolver
from catalog.formats.schemas import Definitions
from catalog.formats.shapes import flag, text, texts
from catalog.formats.slugs import operation_slugs


@dataclass(frozen=True, slots=True)
class ReadOperation:
    """One operation as a format read it: `written` is the operation object, `detail` the normalised one."""

    method: str
    path: str
    written: dict[str, Any]
    detail: dict[str, Any]


def parsed_operations(read: list[ReadOperation], resolver: Resolver, definitions: Definitions) -> list[ParsedOperation]:
    """The operations with slugs, searchable fields and reachable definitions."""
    keys = [(text(each.written.get("operationId")), each.method, each.path) for each in read]
    return [
        ParsedOperation(
            method=each.method,
            path=each.path,
            path_key=PATH_PARAMETER.sub("{}", each.path),
            operation_id=operation_id,
            slug=slug,
            summary=text(each.written.get("summary")),
            description=text(each.written.get("description")),
            tags=texts(each.written.get("tags")),
            deprecated=flag(each.written.get("deprecated")),
            position=position,
            detail=each.detail,
            fields=operation_fields(each.detail, resolver),
            definitions=definitions.reached_from(detail_schemas(each.detail)),
        )
        for position, (each, (operation_id, _method, _path), slug) in enumerate(
            zip(read, keys, operation_slugs(keys), strict=True)
        )
    ]


def detail_schemas(detail: dict[str, Any]) -> Iterator[Any]:
    """Every schema written in the detail of an operation."""
    for parameter in detail["parameters"]:
        yield parameter.get("schema")
        yield from (media["schema"] for media in parameter.get("content", {}).values())
    if detail["request_body"]:
        yield from (media["schema"] for media in detail["request_body"]["content"].values())
    for response in detail["responses"].values():
        yield from (header["schema"] for header in response["headers"].values())
        yield from (media["schema"] for media in response["content"].values())


def external_docs(written: Any) -> dict[str, str] | None:
    """Link and description of further documentation."""
    if type(written) is not dict or not text(written.get("url")):
        return None
    return {"url": written["url"], "description": text(written.get("description"))}
