"""Why a result is there: the place that has what was asked for. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from catalog.search.highlight import Highlighter, Marked
from catalog.search.text import split_words
from catalog.search.values import Matched


def why_entry(row: Mapping[str, Any], marks: Highlighter, title: Marked, description: Marked) -> Matched:
    """The nearest place that has any of the words."""
    if title.words:
        return Matched("title")
    if marks.mark(row["name"]).words:
        return Matched("name", text=row["name"])
    if description.words:
        return Matched("description")
    for where in ("owner", "domain", "system"):
        if marks.mark(row[f"{where}_title"]).words:
            return Matched(where, text=row[f"{where}_title"])
    tag = next((tag for tag in row["tags"] if marks.mark(tag).words), "")
    if tag:
        return Matched("tag", text=tag)
    if marks.begins_key("".join(split_words(row["title"]))):
        return Matched("title")
    return _further_on(marks)


def why_operation(row: Mapping[str, Any], marks: Highlighter, title: Marked, path: Marked, text: Marked) -> Matched:
    """The name that was typed, or the place with most of the words, the nearer one first when they are even."""
    if marks.is_key(row["operation_id"]):
        return Matched("operation_id", text=row["operation_id"])
    typed = next((field for field in _fields(row) if marks.is_key(_name_of(field))), None)
    if typed is not None and marks.is_identifier:
        return typed
    called = marks.mark(row["operation_id"])
    nearest = (("path", path), ("summary", title)) if marks.is_path else (("summary", title), ("path", path))
    places = (*nearest, ("operation_id", called), ("description", text))
    where, best = max(places, key=lambda place: len(place[1].words))
    field = _best_field(row, marks, len(best.words))
    if field is not None:
        return field
    if best.words:
        return Matched(where, text=row["operation_id"] if where == "operation_id" else "")
    if marks.mark(row["group"]).words:
        return Matched("group", text=row["group"])
    if marks.begins_key(row["operation_id"]):
        return Matched("operation_id", text=row["operation_id"])
    begun = next((field for field in _fields(row) if marks.begins_key(_name_of(field))), None)
    return typed or begun or _further_on(marks)


def _further_on(marks: Highlighter) -> Matched:
    """What no place that is read here explains stands further on in the text, of which only the beginning is read."""
    return Matched("description", text=" ".join(marks.words)) if marks.words else Matched()


def _fields(row: Mapping[str, Any]) -> Iterator[Matched]:
    """The parameters, properties and schemas of the operation, where its row has them."""
    if row["fields"] is None:
        return
    for field in orjson.loads(row["fields"]):
        yield Matched("field", field["in"], field["path"])
    for pointer in row["definitions"]:
        yield Matched("field", "schema", pointer.rpartition("/")[2])


def _name_of(field: Matched) -> str:
    return field.text.rpartition(".")[2]


def _best_field(row: Mapping[str, Any], marks: Highlighter, beyond: int) -> Matched | None:
    """The field whose name has most of the words, if more than ``beyond``."""
    found = None
    for field in _fields(row):
        words = len(marks.mark(_name_of(field)).words)
        if words > beyond:
            beyond, found = words, field
    return found
