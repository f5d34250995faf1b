"""Parameters of Swagger 2.0, whose types stand in the parameter itself."""

from typing import Any

from catalog.formats.positions import pointer_of
from catalog.formats.references import Resolver
from catalog.formats.shapes import flag, sequence, text

_SCHEMA_KEYS = frozenset(
    {
        "type",
        "format",
        "items",
        "default",
        "enum",
        "pattern",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
    }
    | {"exclusiveMinimum", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems"}
)
_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited", "tsv": "tabDelimited"}


def effective_parameters(
    path: str, path_item: dict[str, Any], method_key: str, operation: dict[str, Any], resolver: Resolver
) -> list[tuple[dict[str, Any], str]]:
    """(parameter, pointer) of path item and operation; one of the operation replaces its namesake of the
    path.
    """
    found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
    for holder, place in ((path_item, ["paths", path]), (operation, ["paths", path, method_key])):
        for index, written in enumerate(sequence(holder.get("parameters"))):
            parameter = resolver.object(written)
            name, location = text(parameter.get("name")), text(parameter.get("in"))
            if name and location:
                found[location, name] = (parameter, pointer_of([*place, "parameters", index]))
    return list(found.values())


def parameter_detail(parameter: dict[str, Any], pointer: str) -> dict[str, Any]:
    """A parameter in path, query or header as OpenAPI 3 would describe it."""
    location, collection = text(parameter.get("in")), text(parameter.get("collectionFormat"))
    usual = "form" if location == "query" else "simple"
    example = {"example": parameter["x-example"]} if "x-example" in parameter else {}
    return {
        "name": parameter["name"],
        "in": location,
        "required": flag(parameter.get("required")) or location == "path",
        "deprecated": flag(parameter.get("x-deprecated")),
        "description": text(parameter.get("description")),
        "style": _STYLES.get(collection, usual),
        "explode": collection == "multi",
        **example,
        "examples": {},
        "schema": item_schema(parameter),
        "pointer": pointer,
    }


def item_schema(written: dict[str, Any]) -> dict[str, Any]:
    """The schema that a parameter, an item or a header of Swagger spells out; a file is binary text."""
    if written.get("type") == "file":
        return {"type": "string", "format": "binary"}
    return {key: value for key, value in written.items() if key in _SCHEMA_KEYS}
