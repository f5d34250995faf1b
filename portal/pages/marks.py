"""Segments of a search result as HTML: what matched is marked, all of it escaped."""

import re
from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from catalog.search.values import Matched, Segments

#: How far into a text its first match may be before the text starts closer to it.
_IN_SIGHT = 90
_BEFORE = 40

_EDGE_OF_PARAMETER = re.compile(r"(?=\{)|(?<=\})")

_PLACES = {
    "request": "request field",
    "response": "response field",
    "query": "query parameter",
    "path": "path parameter",
    "header": "header",
    "cookie": "cookie",
    "schema": "schema",
}
_WHERE = {
    "operation_id": "operation id",
    "name": "name",
    "group": "group",
    "system": "system",
    "tag": "tag",
    "description": "description",
}
_IN_MONO = frozenset({"operation_id", "name", "field"})


def marked(segments: Segments) -> SafeString:
    """The text with its matches marked."""
    pieces = [f"<mark>{escape(text)}</mark>" if hit else escape(text) for text, hit in segments]
    # Words side by side are one match to the eye.
    return mark_safe("".join(pieces).replace("</mark> <mark>", " "))  # noqa: S308


def marked_path(segments: Segments) -> SafeString:
    """A path with its matches marked and its ``{parameters}`` grey."""
    pieces = []
    inside = False
    for text, hit in segments:
        for part in _EDGE_OF_PARAMETER.split(text) if "{" in text or "}" in text else (text,):
            inside = inside or part.startswith("{")
            shown = f"<mark>{escape(part)}</mark>" if hit else escape(part)
            pieces.append(f'<span class="path-parameter">{shown}</span>' if inside else shown)
            inside = inside and not part.endswith("}")
    return _safe(pieces)


def extract(segments: Segments) -> SafeString:
    """The text of a description, starting where its first match is in sight."""
    return marked(_from_first_match(segments))


def matched_words(matched: Matched) -> SafeString | str:
    """«Matched in request field applicant.creditScore»; nothing where a title or description shows it already."""
    if matched.where == "field":
        where, (before, dot, name) = _PLACES.get(matched.place, matched.place), matched.text.rpartition(".")
        shown = f"{escape(before + dot)}<mark>{escape(name)}</mark>"
    elif matched.where in _WHERE and matched.text:
        where, shown = _WHERE[matched.where], f"<mark>{escape(matched.text)}</mark>"
    else:
        return ""
    if matched.where in _IN_MONO:
        shown = f'<span class="mono">{shown}</span>'
    return _safe(("Matched in ", escape(where), " ", shown))


def _from_first_match(pieces: Segments) -> Segments:
    before = ""
    for place, (text, hit) in enumerate(pieces):
        if hit and len(before) > _IN_SIGHT:
            return (("… " + before[-_BEFORE:].partition(" ")[2], False), *pieces[place:])
        if hit:
            break
        before += text
    return pieces


def _safe(pieces: Iterable[str]) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308
