"""Request bodies and responses of Swagger 2.0 as OpenAPI 3 would describe them."""

from typing import Any

from catalog.formats.references import Resolver
from catalog.formats.shapes import flag, mapping, schema_or_none, text
from catalog.formats.swagger2_parameters import item_schema

_JSON = "application/json"
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def request_body(parameters: list[dict[str, Any]], consumes: tuple[str, ...]) -> dict[str, Any] | None:
    """The body parameter, or the form fields together as one object."""
    for parameter in parameters:
        if parameter["in"] == "body":
            media = {"schema": schema_or_none(parameter.get("schema")), "examples": {}}
            return {
                "description": text(parameter.get("description")),
                "required": flag(parameter.get("required")),
                "content": dict.fromkeys(consumes or (_JSON,), media),
            }
    fields = [parameter for parameter in parameters if parameter["in"] == "formData"]
    return _form(fields, consumes) if fields else None


def responses(written: Any, produces: tuple[str, ...], resolver: Resolver) -> dict[str, dict[str, Any]]:
    """Responses by code; a schema counts for every media type that is produced."""
    return {
        code: _response(resolver.object(response), produces)
        for code, response in mapping(written).items()
        if not code.startswith("x-")
    }


def _form(fields: list[dict[str, Any]], consumes: tuple[str, ...]) -> dict[str, Any]:
    properties = {field["name"]: _described(field) for field in fields}
    required = [field["name"] for field in fields if flag(field.get("required"))]
    schema = {"type": "object", "properties": properties, **({"required": required} if required else {})}
    has_file = any(field.get("type") == "file" for field in fields)
    usual = _MULTIPART if has_file else _FORM
    names = [name for name in consumes if name in (_FORM, _MULTIPART)] or [usual]
    content = {name: {"schema": schema, "examples": {}} for name in names}
    return {"description": "", "required": bool(required), "content": content}


def _described(field: dict[str, Any]) -> dict[str, Any]:
    described = {"description": field["description"]} if text(field.get("description")) else {}
    return {**item_schema(field), **described}


def _response(response: dict[str, Any], produces: tuple[str, ...]) -> dict[str, Any]:
    examples = mapping(response.get("examples"))
    schema = schema_or_none(response.get("schema"))
    names = list(dict.fromkeys([*(produces or (_JSON,)), *examples])) if schema is not None else list(examples)
    return {
        "description": text(response.get("description")),
        "headers": {
            name: {
                "description": text(mapping(header).get("description")),
                "required": False,
                "deprecated": False,
                "schema": item_schema(mapping(header)),
            }
            for name, header in mapping(response.get("headers")).items()
        },
        "content": {
            name: {
                "schema": schema,
                **({"example": examples[name]} if name in examples else {}),
                "examples": {},
            }
            for name in names
        },
    }
