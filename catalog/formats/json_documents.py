"""The documents of a JSON file, one after the other, and the items of a list one by one.

A walk over the brackets finds where values begin and end, counts the depth and needs no value in memory; then each is
read by itself. Of two equal keys the last one counts, as it does for every reader of Kubernetes' JSON.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from catalog.formats.base import ERROR, Finding
from catalog.formats.documents import (
    DEPTH_AT_MOST,
    DOCUMENTS_AT_MOST,
    ITEMS_AT_MOST,
    OBJECT_BYTES_AT_MOST,
    Broken,
    Part,
    Read,
)

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]|"', re.DOTALL)
_COLON = re.compile(rb"\s*:\s*")
_OPENING = frozenset(b"{[")
_QUOTE = ord('"')
_BRACKET = ord("[")
_SYNTAX = "Not valid JSON."


class _Unfit(Exception):
    """The file cannot be read beyond the offset."""

    def __init__(self, rule: str, message: str, offset: int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message = message
        self.offset = offset


class _Value:
    """Where a value at the top of the file lies, and where its `items` do when it has some."""

    __slots__ = ("end", "items", "items_end", "items_start", "start")

    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self.items_start = self.items_end = 0
        self.items: list[tuple[int, int]] = []


def json_parts(data: bytes) -> Read:
    """The documents of a file and the items of their lists, in the order of the text; the first error ends the file.

    ``data`` is UTF-8 without a byte order mark.
    """
    number, begun, lines = 1, 0, _Lines(data)
    try:
        for value in _values(data):
            _only_space_between(data, begun, value.start)
            yield from _parts(data, value, number, lines)
            begun = value.end
            number += 1
            if number > DOCUMENTS_AT_MOST:
                raise _Unfit("too-many-documents", f"The file holds more than {DOCUMENTS_AT_MOST:,} documents.", begun)
        _only_space_between(data, begun, len(data))
    except _Unfit as unfit:
        line = data.count(b"\n", 0, begun) + 1
        finding = Finding(ERROR, unfit.rule, unfit.message, "", line + data.count(b"\n", begun, unfit.offset))
        yield Broken(finding, number, line, data[begun:])


def _values(data: bytes) -> Iterator[_Value]:
    """The objects and lists at the top of the file; raises _Unfit."""
    walk = _Walk(data)
    for match in _TOKEN.finditer(data):
        start, end = match.span()
        first = data[start]
        if first in _OPENING:
            walk.open(start)
        elif first != _QUOTE:
            if walk.close(start, end):
                yield walk.value
        elif end - start == 1:
            raise _Unfit("syntax", _SYNTAX, start)
        elif walk.depth == 1:
            walk.key = start, end
    if walk.depth:
        raise _Unfit("syntax", _SYNTAX, len(data))


class _Walk:
    """Where the walk over the brackets is, and what it has seen of the present value."""

    __slots__ = ("_data", "_item", "depth", "key", "value")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._item = 0
        self.depth = 0
        self.key = 0, 0
        self.value = _Value(0)

    def open(self, start: int) -> None:
        self.depth += 1
        if self.depth == 1:
            self.value = _Value(start)
        elif self.depth == 2:
            self._note_items(start)
        elif self.depth == 3:
            self._item = start
        elif self.depth > DEPTH_AT_MOST:
            raise _Unfit("too-deep", f"The document is nested deeper than {DEPTH_AT_MOST} levels.", start)

    def close(self, start: int, end: int) -> bool:
        """True when that was the end of a value at the top."""
        self.depth -= 1
        value = self.value
        if self.depth < 0:
            raise _Unfit("syntax", _SYNTAX, start)
        if self.depth == 2 and value.items_start > value.items_end:
            value.items.append((self._item, end))
            if len(value.items) > ITEMS_AT_MOST:
                raise _Unfit("too-many-nodes", f"The list has more than {ITEMS_AT_MOST:,} items.", end)
        elif self.depth == 1 and value.items_start > value.items_end:
            value.items_end = start
        value.end = end
        return self.depth == 0

    def _note_items(self, start: int) -> None:
        data, (key_start, key_end) = self._data, self.key
        is_items = data[start] == _BRACKET and data[key_start:key_end] == b'"items"'
        if is_items and not self.value.items_start and _COLON.fullmatch(data, key_end, start):
            self.value.items_start = start + 1


def _parts(data: bytes, value: _Value, number: int, lines: "_Lines") -> Read:
    """The items first, though what remains of the list is read before them: it says what they are."""
    line = lines.at(value.start)
    if not _are_a_list(data, value):
        yield Part(_loaded(data[value.start : value.end], value.start), number, line)
        return
    rest = _loaded(data[value.start : value.items_start] + data[value.items_end : value.end], value.start)
    kind = rest.get("kind")
    for start, end in value.items:
        yield Part(_loaded(data[start:end], start), number, lines.at(start), kind if type(kind) is str else "")
    yield Part(rest, number, line)


def _are_a_list(data: bytes, value: _Value) -> bool:
    """Whether the items are objects and lists with one comma between two; what is otherwise is read as a whole."""
    before, separator = value.items_start, b""
    for start, end in value.items:
        if data[before:start].strip() != separator:
            return False
        before, separator = end, b","
    return bool(value.items) and not data[before : value.items_end].strip()


def _loaded(data: bytes, offset: int) -> Any:
    if len(data) > OBJECT_BYTES_AT_MOST:
        raise _Unfit("too-large", f"An object is larger than {OBJECT_BYTES_AT_MOST:,} bytes.", offset)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _Unfit("syntax", _SYNTAX, offset + len(error.doc[: error.pos].encode())) from None


def _only_space_between(data: bytes, start: int, end: int) -> None:
    if data[start:end].strip():
        raise _Unfit("syntax", _SYNTAX, start)


class _Lines:
    """The line of an offset, counted from 1; offsets must come in ascending order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._seen = 0
        self.line = 1

    def at(self, offset: int) -> int:
        self.line += self._data.count(b"\n", self._seen, offset)
        self._seen = offset
        return self.line
