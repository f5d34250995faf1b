"""Names that a search can match inside an operation: parameters and the properties of its bodies."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from catalog.formats.references import Resolver
from catalog.formats.shapes import mapping, sequence

FIELDS_AT_MOST = 300
DEPTH_AT_MOST = 8
STEPS_AT_MOST = 2_000
_SAME_PLACE = ("items", "additionalProperties", "contains")
_SAME_PLACE_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
# A schema without any of these is a leaf: most are, and there are many.
_OPENED = frozenset({"$ref", "properties", *_SAME_PLACE, *_SAME_PLACE_LISTS})


def operation_fields(detail: dict[str, Any], resolver: Resolver) -> tuple[dict[str, str], ...]:
    """Names of parameters, then of request and response properties as dotted paths, each once."""
    found: dict[tuple[str, str], None] = {}
    for parameter in detail["parameters"]:
        found[parameter["in"], parameter["name"]] = None
    body = detail["request_body"]
    requests = [body["content"]] if body else []
    responses = [response["content"] for response in detail["responses"].values()]
    for place, contents in (("request", requests), ("response", responses)):
        schemas = [media["schema"] for content in contents for media in content.values()]
        for path in _property_paths(schemas, resolver):
            if len(found) >= FIELDS_AT_MOST:
                break
            found[place, path] = None
    return tuple({"in": place, "path": path} for place, path in list(found)[:FIELDS_AT_MOST])


def _property_paths(schemas: list[Any], resolver: Resolver) -> Iterator[str]:
    """Dotted paths of properties, nearest first. Each schema object is opened once, where it is nearest."""
    queue = deque((schema, "", 0) for schema in schemas)
    opened: set[int] = set()
    steps = 0
    while queue and steps < STEPS_AT_MOST:
        schema, path, depth = queue.popleft()
        schema = resolver.object(schema)
        if not schema or id(schema) in opened:
            continue
        opened.add(id(schema))
        properties = mapping(schema.get("properties"))
        steps += 1 + len(properties)
        if depth < DEPTH_AT_MOST:
            for name, inner in properties.items():
                below = f"{path}.{name}" if path else name
                yield below
                if type(inner) is dict and not _OPENED.isdisjoint(inner):
                    queue.append((inner, below, depth + 1))
        queue.extend((schema[keyword], path, depth) for keyword in _SAME_PLACE if keyword in schema)
        for keyword in _SAME_PLACE_LISTS:
            if keyword in schema:
                queue.extend((inner, path, depth) for inner in sequence(schema[keyword]))
