"""Example bodies: which media type is shown, and how a value is written in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from catalog.reading.examples import Example, generated, media_example

JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
BOUNDARY = "portico"
# Stands for content that is the reader's own: a file, or a format that no example can be made for.
OWN_CONTENT = "…"
TEXT_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Body:
    """`value` is the example as a value; `text` is what is sent."""

    media_type: str
    value: Any
    text: str


def example_body(request_body: Mapping[str, Any] | None, definitions: Mapping[str, Any]) -> Body | None:
    """The body in the media type that is easiest to read.

    An example that is too long for a page gives way to a generated one.
    """
    if not request_body or not request_body["content"]:
        return None
    name = min(request_body["content"], key=_rank)
    media = request_body["content"][name]
    example = media_example(media, definitions)
    if example is None:
        return None
    if len(body_text(name, example.value)) > TEXT_AT_MOST:
        example = Example(generated(media["schema"], definitions), "generated")
    text = body_text(name, example.value)
    if len(text) > TEXT_AT_MOST:
        return Body(name, OWN_CONTENT, OWN_CONTENT)
    header = f"{name}; boundary={BOUNDARY}" if name == MULTIPART else name
    return Body(header, example.value, text)


def body_text(media_type: str, value: Any) -> str:
    """A value as it is sent in a media type. Text stays as it is, also where it is JSON that was written as text."""
    if is_json(media_type):
        return value if _is_written_json(value) else json.dumps(value, ensure_ascii=False, indent=2)
    if type(value) is dict and media_type.startswith(FORM):
        return urlencode({key: simple_text(inner) for key, inner in value.items()})
    if type(value) is dict and media_type.startswith(MULTIPART):
        return "".join(map(_part, value.items())) + f"--{BOUNDARY}--\r\n"
    return OWN_CONTENT if type(value) in (dict, list) else simple_text(value)


def is_json(media_type: str) -> bool:
    bare = media_type.split(";")[0].strip().lower()
    return bare == JSON or bare.endswith("+json")


def simple_text(value: Any) -> str:
    """A value as text in the style «simple» of OpenAPI."""
    if type(value) is list:
        return ",".join(map(simple_text, value))
    if type(value) is dict:
        return ",".join(f"{key},{simple_text(inner)}" for key, inner in value.items())
    return value if type(value) is str else json.dumps(value, ensure_ascii=False)


def _is_written_json(value: Any) -> bool:
    if type(value) is not str or value.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _part(field: tuple[str, Any]) -> str:
    name, value = field
    quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    file = '; filename="file"' if value == OWN_CONTENT else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{quoted}"{file}\r\n\r\n'
    return f"{head}{simple_text(value)}\r\n"


def _rank(media_type: str) -> int:
    order = (JSON, FORM, MULTIPART)
    if media_type in order:
        return order.index(media_type)
    return 0 if is_json(media_type) else len(order)
