"""Bodies, responses, headers and examples of OpenAPI 3."""

from typing import Any

from catalog.formats.references import Resolver
from catalog.formats.shapes import flag, mapping, present, schema_or_none, text


def request_body(written: Any, resolver: Resolver) -> dict[str, Any] | None:
    body = resolver.object(written)
    if not body:
        return None
    return {
        "description": text(body.get("description")),
        "required": flag(body.get("required")),
        "content": content(body.get("content"), resolver),
    }


def responses(written: Any, resolver: Resolver) -> dict[str, dict[str, Any]]:
    """Responses by code; codes are text, such as «200», «4XX» or «default»."""
    return {
        code: _response(resolver.object(response), resolver)
        for code, response in mapping(written).items()
        if not code.startswith("x-")
    }


def content(written: Any, resolver: Resolver) -> dict[str, dict[str, Any]]:
    """Media types by name; a schema that describes each item of a stream (3.2) becomes that of a list of
    them.
    """
    return {name: _media_type(resolver.object(media), resolver) for name, media in mapping(written).items()}


def example_values(written: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    """`examples` always, `example` only where one is given: it may be null."""
    named = {name: _example(resolver.object(example)) for name, example in mapping(written.get("examples")).items()}
    return {**present(written, "example"), "examples": named}


def _response(response: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    return {
        "description": text(response.get("description")) or text(response.get("summary")),
        "headers": {
            name: _header(resolver.object(header), resolver)
            for name, header in mapping(response.get("headers")).items()
        },
        "content": content(response.get("content"), resolver),
    }


def _header(header: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    schema = schema_or_none(header.get("schema"))
    if schema is None:
        medias = content(header.get("content"), resolver).values()
        schema = next((media["schema"] for media in medias), None)
    return {
        "description": text(header.get("description")),
        "required": flag(header.get("required")),
        "deprecated": flag(header.get("deprecated")),
        "schema": schema,
    }


def _media_type(media: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    schema = schema_or_none(media.get("schema"))
    if schema is None and "itemSchema" in media:
        schema = {"type": "array", "items": media["itemSchema"]}
    return {"schema": schema, **example_values(media, resolver)}


def _example(example: dict[str, Any]) -> dict[str, Any]:
    values = present(example, "summary", "description", "value", "externalValue", "serializedValue")
    if "dataValue" in example:
        values["value"] = example["dataValue"]
    return values
