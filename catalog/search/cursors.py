"""Cursors of search: the place of the row at a page's edge, as text for a URL."""

import base64
import binascii
from dataclasses import dataclass

import orjson

from common.errors import Invalid

_INTEGER_AT_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """``values`` are those of the ordering, the last an id; ``ordering`` says which list the cursor was made for."""

    ordering: str
    backwards: bool
    values: tuple[str | int, ...]

    def text(self) -> str:
        plain = orjson.dumps([self.ordering, int(self.backwards), *self.values])
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def read(text: str | None, ordering: str, shape: tuple[type, ...]) -> Cursor | None:
    """The cursor, or ``None`` without one; raises ``Invalid`` on field ``cursor`` for one of another list."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        made_for, backwards, *values = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, TypeError, binascii.Error):
        raise Invalid({"cursor": "This cursor cannot be read."}) from None
    fits = [type(value) for value in values] == list(shape) and all(_storable(value) for value in values)
    if made_for != ordering or backwards not in (0, 1) or not fits:
        raise Invalid({"cursor": "This cursor does not belong to this list."})
    return Cursor(ordering, bool(backwards), tuple(values))


def _storable(value: str | int) -> bool:
    return "\x00" not in value if isinstance(value, str) else abs(value) <= _INTEGER_AT_MOST


def edges(ordering: str, cursor: Cursor | None, places: list[tuple], more: bool) -> tuple[str | None, str | None]:
    """The cursors of the next and the previous page; ``places`` are the rows shown, ``more`` that one was left over."""
    if not places:
        return None, None
    backwards = cursor is not None and cursor.backwards
    has_next = backwards or more
    has_previous = more if backwards else cursor is not None
    return (
        Cursor(ordering, False, tuple(places[-1])).text() if has_next else None,
        Cursor(ordering, True, tuple(places[0])).text() if has_previous else None,
    )
