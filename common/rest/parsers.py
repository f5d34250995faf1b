"""How bodies of the REST API are read: JSON that every later step can store and compare."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from common.errors import Invalid
from common.rest.body import read_bounded

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1


class StrictJSONParser(BaseParser):
    """RFC 8259 in UTF-8 without NUL characters, lone surrogates and integers that need more than 64 bits.

    PostgreSQL can keep none of the three, so they end here with 400 and not in a query with 500.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = read_bounded(stream, settings.PORTICO_MAX_JSON_BYTES)
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
        refuse_unstorable(value)
        return value


def refuse_unstorable(value: Any) -> None:
    """Raise ``ParseError`` for a parsed document that is nested too deeply or holds what cannot be stored."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ParseError(f"The body is nested more than {MAX_DEPTH} levels deep.")
        match item:
            case str():
                _refuse_nul(item)
            case dict():
                for name in item:
                    _refuse_nul(name)
                waiting.extend((member, depth + 1) for member in item.values())
            case list():
                waiting.extend((member, depth + 1) for member in item)
            case int() | float() if abs(item) > MAX_INTEGER:
                # orjson reads integers beyond 64 bits as floating-point numbers.
                raise ParseError("The body holds a number that needs more than 64 bits.")


def metadata_of(content: str | bytes) -> dict[str, Any]:
    """The part ``metadata`` of a form; raises ``Invalid`` when it is no JSON object, and ``ParseError`` as above."""
    try:
        metadata = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Invalid({"metadata": f"This is not JSON: {error}."}) from None
    if not isinstance(metadata, dict):
        raise Invalid({"metadata": "Use a JSON object."})
    refuse_unstorable(metadata)
    return metadata


def _refuse_nul(text: str) -> None:
    if "\x00" in text:
        raise ParseError("The body holds a NUL character.")
