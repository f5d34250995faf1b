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


def lines_of(top: Row) -> list[Line]:
    """The lines below the schema itself; one line of its own where it has nothing inside."""
    if not top.children and not top.variants:
        return []
    return list(_inside(top, 0))


def described(text: str) -> SafeString | str:
    """A description as safe HTML; Markdown only where the text has marks."""
    if not text:
        return ""
    if _MARKED.search(text) is None:
        return format_html("<p>{}</p>", text)
    return SafeString(markdown.render(text, heading_shift=3))


def _inside(row: Row, level: int) -> Iterator[Line]:
    for child in row.children:
        yield from _line(child, level)
    for number, variants in enumerate(row.variants):
        yield from _choice(variants, f"{row.anchor}-choice-{number}", level)


def _line(row: Row, level: int) -> Iterator[Line]:
    words = described(row.description)
    if not row.children and not row.variants:
        yield Line("leaf", row, words)
        return
    yield Line("open", row, words, is_open=level < OPEN_LEVELS - 1)
    yield from _inside(row, level + 1)
    yield Line("close")


def _choice(variants: Variants, key: str, level: int) -> Iterator[Line]:
    yield Line("choice", variants=variants, key=key)
    for row in variants.rows:
        yield Line("variant", row, described(row.description), key=row.anchor)
        yield from _inside(row, level + 1)
        yield Line("variant_end")
    yield Line("choice_end")
