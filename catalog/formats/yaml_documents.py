"""The documents of a YAML file, cut at their markers before any of them is parsed.

`---` and `...` at the beginning of a line always end a document, inside block and quoted text too (YAML 1.2.2, 9.1.2
and the production c-forbidden), so cutting there needs no parser and an error cannot spread beyond the next marker.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from catalog.formats.base import ERROR, Finding, Refusal
from catalog.formats.documents import DOCUMENTS_AT_MOST, NOT_A_LIST, PARTS_AT_MOST, Broken, Part, Read
from catalog.formats.yaml_text import YamlBuilder, syntax_finding

_MARKER = re.compile(rb"\n(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_FIRST_MARKER = re.compile(rb"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
# Possessive throughout: a licence of a million lines leaves nothing to go back to.
_NOTHING_IN_IT = re.compile(rb"(?:---(?=[ \t\r\n]|\Z))?+(?:[ \t\r]*+(?:#[^\n]*+)?+(?:\n|\Z))*+")
_DIRECTIVES_ONLY = re.compile(rb"(?:[ \t\r]*+(?:[#%][^\n]*+)?+(?:\n|\Z))*+")
_KIND = re.compile(rb"^kind:[ \t]*[\"']?([A-Za-z]{1,100})[\"']?[ \t]*\r?(?=\n|\Z)", re.MULTILINE)


class _Items(YamlBuilder):
    """Builds one document and lets go of each item of its list as soon as it is finished."""

    def __init__(self) -> None:
        super().__init__(events_at_most=PARTS_AT_MOST, nodes_at_most=PARTS_AT_MOST)
        self._item: Any = None
        self._item_line = 0

    def parts(self, data: bytes) -> Iterator[tuple[Any, int, bool]]:
        """Value, line counted from 0 and whether it is an item; raises Refusal and YAMLError."""
        loader = yaml.CSafeLoader(data)
        try:
            while self._advance(loader):
                yield self._item, self._item_line, True
                self._item = None
            yield self._root, 0, False
        finally:
            loader.dispose()

    def _close(self, event: Any) -> bool:
        line = self._stack[-1].mark.line
        super()._close(event)
        if len(self._stack) != 2:
            return False
        root, items = self._stack
        if type(items.value) is not list or type(root.value) is not dict or root.key != "items":
            return False
        self._item, self._item_line = items.value.pop(), line
        items.weight = items.height = 1
        return True


def yaml_parts(data: bytes) -> Read:
    """The documents of a file and the items of its lists, in the order of the text; empty documents are left out.

    ``data`` is UTF-8 without a byte order mark.
    """
    number, line = 0, 1
    for chunk, lines_before in _chunks(data):
        line += lines_before
        before = _NOTHING_IN_IT.match(chunk).end()
        if before == len(chunk) or _DIRECTIVES_ONLY.fullmatch(chunk):
            continue
        number += 1
        if number > DOCUMENTS_AT_MOST:
            message = f"The file holds more than {DOCUMENTS_AT_MOST:,} documents."
            yield Broken(Finding(ERROR, "too-many-documents", message, "", line, 1), number, line, b"")
            return
        yield from _document(chunk, number, line, line + chunk.count(b"\n", 0, before))


def _document(chunk: bytes, number: int, line: int, first_line: int) -> Read:
    """``line`` is that of the chunk, ``first_line`` the one where its content begins."""
    named = _KIND.search(chunk)
    list_kind = named[1].decode() if named and named[1].endswith(b"List") else ""
    try:
        for value, offset, is_item in _Items().parts(chunk):
            yield Part(value, number, line + offset if is_item else first_line, list_kind if is_item else NOT_A_LIST)
    except Refusal as refusal:
        yield _broken(refusal.findings[0], number, line, chunk)
    except yaml.YAMLError as error:
        yield _broken(syntax_finding(error, chunk), number, line, chunk)


def _broken(finding: Finding, number: int, line: int, chunk: bytes) -> Broken:
    """The finding with its line in the file; an end that comes too early is on the last line with text."""
    offset = min((finding.line or 1) - 1, chunk.rstrip().count(b"\n"))
    return Broken(replace(finding, line=line + offset), number, line, chunk)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The text between the markers, and how many lines further than the one before it begins.

    A marker stays at the head of its chunk (text may follow it on its line), `...` does not.
    """
    start, counted = 0, 0
    if not _FIRST_MARKER.match(data) and not _MARKER.search(data):
        yield data, 0
        return
    for match in _MARKER.finditer(data):
        end = match.start() + 1
        yield _without_end_marker(data[start:end]), data.count(b"\n", counted, start)
        counted, start = start, end
    yield _without_end_marker(data[start:]), data.count(b"\n", counted, start)


def _without_end_marker(chunk: bytes) -> bytes:
    return b"   " + chunk[3:] if chunk.startswith(b"...") else chunk
