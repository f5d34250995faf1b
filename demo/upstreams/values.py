"""What a response of a specification looks like: its example, or a value made from its schema. Always the same one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from demo.upstreams.contract import Contract, Match

_DEEPEST = 7
_STRINGS = {
    "date-time": "2026-11-22T13:58:04Z",
    "date": "2026-11-22",
    "time": "13:58:04Z",
    "uuid": "8d1c2f60-6d0e-4b1f-9f0c-1e2a5b7c9d10",
    "email": "kim.lund@customers.example",
    "uri": "https://www.nordhaven.example/",
    "uri-reference": "/",
    "binary": "Nordhaven",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """``value`` is ``None`` for an answer without a body."""

    status: int
    media_type: str
    value: Any


def reply(contract: Contract, match: Match, path: str) -> Reply:
    """The first success that the operation names, with what the path says in it; ``path`` picks among examples."""
    status, stated = _success(match.operation.responses)
    response = contract.resolved(stated)
    media_type, media = _media(response, match.operation.produces)
    if not media_type:
        return Reply(status, "", None)
    value = _example(contract, media, crc32(path.encode()))
    return Reply(status, media_type, _told(value, match))


def value_of(contract: Contract, schema: Any, depth: int = 0) -> Any:
    """A value that the schema describes."""
    schema = contract.resolved(schema)
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return None
    stated, found = _stated(schema)
    if stated:
        return found
    for choice in ("oneOf", "anyOf"):
        if schema.get(choice):
            return value_of(contract, schema[choice][0], depth + 1)
    if schema.get("allOf"):
        return _merged(contract, schema, depth)
    return _of_type(contract, schema, depth)


def _success(responses: Mapping[str, Any]) -> tuple[int, Any]:
    for status, stated in responses.items():
        if str(status)[:1] in "23" and str(status).isdigit():
            return int(status), stated
    return 200, responses.get("default", {})


def _media(response: Mapping[str, Any], produces: tuple[str, ...]) -> tuple[str, Any]:
    """JSON where it is offered, else the first; Swagger 2 has the schema in the response itself."""
    if "schema" in response:
        media_type = produces[0] if produces else "application/json"
        examples = response.get("examples") or {}
        example = {"example": examples[media_type]} if media_type in examples else {}
        return media_type, {"schema": response["schema"], **example}
    content = response.get("content") or {}
    ordered = sorted(content, key=lambda one: "json" not in one)
    return (ordered[0], content[ordered[0]]) if ordered else ("", {})


def _example(contract: Contract, media: Mapping[str, Any], number: int) -> Any:
    if "example" in media:
        return media["example"]
    named = [contract.resolved(one) for one in (media.get("examples") or {}).values()]
    values = [one["value"] for one in named if "value" in one]
    return values[number % len(values)] if values else value_of(contract, media.get("schema", {}))


def _stated(schema: Mapping[str, Any]) -> tuple[bool, Any]:
    """Whether the schema itself says a value, and which."""
    for word in ("example", "const", "default"):
        if word in schema:
            return True, schema[word]
    for word in ("examples", "enum"):
        if schema.get(word):
            return True, schema[word][0]
    return False, None


def _merged(contract: Contract, schema: Mapping[str, Any], depth: int) -> Any:
    parts = [value_of(contract, part, depth + 1) for part in schema["allOf"]]
    own = {key: value for key, value in schema.items() if key != "allOf"}
    parts.append(value_of(contract, own, depth + 1) if "properties" in own else {})
    return {key: value for part in parts if isinstance(part, Mapping) for key, value in part.items()}


def _of_type(contract: Contract, schema: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {name: value_of(contract, one, depth + 1) for name, one in properties.items()}
        case "array":
            return [value_of(contract, schema.get("items", {}), depth + 1)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
    return _STRINGS.get(schema.get("format", ""), "Nordhaven")


def _told(value: Any, match: Match) -> Any:
    """What the path names is also what the answer is about: ``/customers/{id}/score`` tells the ``customerId``."""
    if not isinstance(value, Mapping):
        return value
    segments = match.operation.path.split("/")
    told = dict(value)
    for name, given in match.values.items():
        above = segments[segments.index(f"{{{name}}}") - 1].removesuffix("s")
        for key in (name, f"{above}Id"):
            if isinstance(told.get(key), str):
                told[key] = given
    return told
