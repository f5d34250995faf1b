"""Loads what a page of results shows: one statement for entries, one for operations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from catalog.search.highlight import Highlighter, Marked, unmarked
from catalog.search.lexemes import FIELD, lexeme
from catalog.search.statements import records_of
from catalog.search.text import split_words
from catalog.search.values import API, OPERATION, Matched, Result

_ENTRIES = """
SELECT d.id, d.kind, d.name, d.title, d.description, d.version, d.sunset_on, d.parent_kind, d.parent_name,
       d.service_kind, d.operation_count, d.updated_at, d.published_at, d.lifecycle, d.format, d.scope,
       coalesce(owner.slug, '') AS owner, coalesce(owner.title, '') AS owner_title,
       coalesce(domain.slug, '') AS domain, coalesce(domain.title, '') AS domain_title,
       coalesce(system.slug, '') AS system, coalesce(system.title, '') AS system_title,
       ARRAY(SELECT name FROM catalog_tag WHERE id = ANY(d.tag_keys) ORDER BY name) AS tags
FROM catalog_entrydocument AS d
LEFT JOIN accounts_team AS owner ON owner.id = d.owner_key
LEFT JOIN catalog_domain AS domain ON domain.id = d.domain_key
LEFT JOIN catalog_system AS system ON system.id = d.system_key
WHERE d.id = ANY(%(ids)s::bigint[])
"""

# The fields of an operation are read only where nothing else explains the match, or one of them is what was typed:
# they may be hundreds.
_OPERATIONS = """
SELECT o.id, o.slug, o.method, o.path, o.operation_id, o.summary, left(o.description, 400) AS description, o.deprecated,
       o."group", d.entry_id, CASE WHEN wanted.fields THEN o.fields END AS fields,
       CASE WHEN wanted.fields THEN o.definitions END AS definitions
FROM catalog_operation AS o JOIN catalog_operationdocument AS d ON d.operation_id = o.id
CROSS JOIN LATERAL (
  SELECT o.id = ANY(%(with_fields)s::bigint[]) OR d.vector @@ nullif(%(field)s::text, '')::tsquery AS fields OFFSET 0
) AS wanted
WHERE o.id = ANY(%(ids)s::bigint[])
"""

_VISIBILITIES = {0: "public", -1: "internal"}
_SHARED = (
    "lifecycle",
    "sunset_on",
    "visibility",
    "format",
    "owner",
    "owner_title",
    "domain",
    "domain_title",
    "system",
    "system_title",
    "tags",
    "updated_at",
    "published_at",
    "version",
)


def entry_rows(ids: Iterable[int], *, owners: bool) -> dict[int, dict[str, Any]]:
    """The rows of entry documents by id, without their owners where the reader may not know them; one query, none
    without ids."""
    rows = records_of(_ENTRIES, {"ids": list(ids)}) if ids else []
    for row in rows:
        row["visibility"] = _VISIBILITIES.get(row["scope"], "private")
        row["tags"] = tuple(row["tags"])
        if not owners:
            row["owner"] = row["owner_title"] = ""
    return {row["id"]: row for row in rows}


def operation_rows(ids: Iterable[int], with_fields: Iterable[int] = (), field: str = "") -> dict[int, dict[str, Any]]:
    """The rows of operations by id; one query, none without ids.

    The fields come with those named and with those that have a field of the name ``field``.
    """
    named = lexeme(field.lower(), FIELD) if field else ""
    rows = records_of(_OPERATIONS, {"ids": list(ids), "with_fields": list(with_fields), "field": named}) if ids else []
    return {row["id"]: row for row in rows}


def entry_result(row: Mapping[str, Any], marks: Highlighter, **more: Any) -> Result:
    """An entry as a result; ``more`` are further values of the result."""
    title, description = marks.mark(row["title"]), marks.mark(row["description"])
    if "matched" not in more:
        more["matched"] = _why_entry(row, marks, title, description)
    return Result(
        kind=row["kind"],
        name=row["name"],
        title=row["title"],
        title_segments=title.segments,
        description=row["description"],
        description_segments=description.segments,
        api=row["name"] if row["kind"] == API else row["parent_name"] if row["parent_kind"] == API else "",
        service_kind=row["service_kind"],
        operation_count=row["operation_count"],
        parent_kind=row["parent_kind"],
        parent=row["parent_name"],
        **{name: row[name] for name in _SHARED},
        **more,
    )


def operation_result(row: Mapping[str, Any], entry: Mapping[str, Any], marks: Highlighter, **more: Any) -> Result:
    """An operation as a result, with its API's facts."""
    text = row["summary"] or f"{row['method']} {row['path']}"
    title, path = marks.mark(text), marks.mark(row["path"])
    # What the title and the path explain needs no look into the description.
    explained = len(title.words | path.words) == len(marks.words)
    description = unmarked(row["description"]) if explained else marks.mark(row["description"])
    return Result(
        kind=OPERATION,
        name=row["slug"],
        title=text,
        title_segments=title.segments,
        description=row["description"],
        description_segments=description.segments,
        matched=_why_operation(row, marks, title, path, description),
        api=entry["name"],
        api_title=entry["title"],
        method=row["method"],
        path=row["path"],
        path_segments=path.segments,
        operation=row["slug"],
        operation_id=row["operation_id"],
        deprecated=row["deprecated"],
        **{name: entry[name] for name in _SHARED},
        **more,
    )


def _why_entry(row: Mapping[str, Any], marks: Highlighter, title: Marked, description: Marked) -> Matched:
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


def _why_operation(row: Mapping[str, Any], marks: Highlighter, title: Marked, path: Marked, text: Marked) -> Matched:
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
