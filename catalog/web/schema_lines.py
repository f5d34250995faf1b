"""A schema tree as a flat run of lines, so that the template draws any depth in one loop.

A template that includes itself costs more than the tree; here each line says what it opens or closes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.reading.tree import Row, Variants
from common import markdown

OPEN_LEVELS = 2
MARKED_ON_PAGE = 50_000

# Any of these makes Markdown of a text; most descriptions have none and need no parser.
_MARKED = re.compile(r"[`*_\[\]<>#|~\\!&\n]|^\s*(?:[-+]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Line:
    """``mark`` is leaf, open, close, choice, variant, variant_end or choice_end; ``key`` names a choice's parts."""

    mark: str
    row: Row | None = None
    words: SafeString | str = ""
    is_open: bool = False
    variants: Variants | None = None
    key: str = ""

    @property
    def has_notes(self) -> bool:
        """Whether ``templates/catalog/_tree_notes.html`` has anything to say about the row."""
        row = self.row
        if row is None:
            return False
        flags = (row.read_only, row.write_only, row.recurs_to, row.not_drawn, row.not_described)
        return bool(row.default or row.example) or any(flags)


class Describer:
    """Makes the descriptions of one page safe HTML, Markdown only where a text has marks.

    All of them share one budget of characters, because reading Markdown is the slowest part of a page and a document
    may have as many long descriptions as properties; what goes beyond it is shown as written.
    """

    def __init__(self) -> None:
        self._left = MARKED_ON_PAGE

    def described(self, text: str) -> SafeString | str:
        if not text:
            return ""
        if _MARKED.search(text) is None or len(text) > self._left:
            return format_html("<p>{}</p>", text)
        self._left -= len(text)
        return SafeString(markdown.render(text, heading_shift=3))


def lines_of(top: Row, describer: Describer) -> list[Line]:
    """The lines below the schema itself; one line of its own where it has nothing inside."""
    if not top.children and not top.variants:
        return []
    return list(_inside(top, 0, describer))


def _inside(row: Row, level: int, describer: Describer) -> Iterator[Line]:
    for child in row.children:
        yield from _line(child, level, describer)
    for number, variants in enumerate(row.variants):
        yield from _choice(variants, f"{row.anchor}-choice-{number}", level, describer)


def _line(row: Row, level: int, describer: Describer) -> Iterator[Line]:
    words = describer.described(row.description)
    if not row.children and not row.variants:
        yield Line("leaf", row, words)
        return
    yield Line("open", row, words, is_open=level < OPEN_LEVELS - 1)
    yield from _inside(row, level + 1, describer)
    yield Line("close")


def _choice(variants: Variants, key: str, level: int, describer: Describer) -> Iterator[Line]:
    yield Line("choice", variants=variants, key=key)
    for row in variants.rows:
        yield Line("variant", row, describer.described(row.description), key=row.anchor)
        yield from _inside(row, level + 1, describer)
        yield Line("variant_end")
    yield Line("choice_end")
