"""Parameters of the path and the query: nothing unknown, nothing that could not be stored or compared."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from rest_framework.exceptions import ParseError

from common.errors import Invalid
from common.rest.parsers import MAX_INTEGER

_LONG_INTEGER = re.compile(r"[+-]?\d{19,}")


def refuse_unreadable(request: HttpRequest, path_parameters: Mapping[str, object]) -> None:
    """Raise 400 for NUL characters, bytes that are not UTF-8 (lone surrogates) and integers over 64 bits.

    Django replaces such bytes in the query and leaves them percent-encoded in the path, so both are looked at raw.
    """
    try:
        unquote_to_bytes(request.path_info).decode()
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
    except UnicodeError:
        raise ParseError("The URL holds bytes that are not UTF-8.") from None
    if "\x00" in query or "\x00" in request.path_info:
        raise ParseError("The URL holds a NUL character.")
    for name, values in request.GET.lists():
        for value in values:
            _refuse_long_integer(name, value)
    for name, value in path_parameters.items():
        _refuse_long_integer(name, str(value))


def refuse_unknown(request: HttpRequest, known: Collection[str]) -> None:
    """Raise ``Invalid`` naming each query parameter that is not ``known``, and those that are."""
    unknown = [name for name in request.GET if name not in known]
    if not unknown:
        return
    choice = f"Known are {', '.join(sorted(known))}." if known else "There are none here."
    raise Invalid({name: f"This parameter is not known. {choice}" for name in unknown})


def _refuse_long_integer(name: str, value: str) -> None:
    if _LONG_INTEGER.fullmatch(value) and (len(value) > 20 or abs(int(value)) > MAX_INTEGER):
        raise Invalid({name: "This number needs more than 64 bits."})
