"""Parameters of OpenAPI 3."""

from typing import Any

from catalog.formats.openapi_content import content, example_values
from catalog.formats.positions import pointer_of
from catalog.formats.references import Resolver
from catalog.formats.shapes import flag, schema_or_none, sequence, text


def parameters(
    path: str, path_item: dict[str, Any], method_key: str, operation: dict[str, Any], resolver: Resolver
) -> list[dict[str, Any]]:
    """The parameters of the path item and of the operation; one of the operation replaces its namesake of the
    path.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for holder, place in ((path_item, ["paths", path]), (operation, ["paths", path, method_key])):
        for index, written in enumerate(sequence(holder.get("parameters"))):
            parameter = resolver.object(written)
            name, location = text(parameter.get("name")), text(parameter.get("in"))
            if name and location:
                pointer = pointer_of([*place, "parameters", index])
                found[location, name] = _parameter(parameter, name, location, pointer, resolver)
    return list(found.values())


def _parameter(parameter: dict[str, Any], name: str, location: str, pointer: str, resolver: Resolver) -> dict[str, Any]:
    style = text(parameter.get("style")) or ("form" if location in ("query", "cookie") else "simple")
    explode = parameter.get("explode")
    described: dict[str, Any] = {
        "name": name,
        "in": location,
        "required": flag(parameter.get("required")) or location == "path",
        "deprecated": flag(parameter.get("deprecated")),
        "description": text(parameter.get("description")),
        "style": style,
        "explode": explode if type(explode) is bool else style == "form",
        **example_values(parameter, resolver),
        "pointer": pointer,
    }
    if "content" in parameter:
        described["content"] = content(parameter["content"], resolver)
    else:
        described["schema"] = schema_or_none(parameter.get("schema"))
    return described
