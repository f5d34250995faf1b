"""Loads what a page of results shows: one statement for entries, one for operations."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from catalog.search.highlight import Highlighter, unmarked
from catalog.search.lexemes import FIELD, lexeme
from catalog.search.reasons import why_entry, why_operation
from catalog.search.statements import records_of
from catalog.search.values import API, OPERATION, Result
from common import markdown

#: How much of a description a result shows; as much of it is kept in a search document.
DESCRIPTION_AT_MOST = 400

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

# What may be a sign of Markdown: most descriptions have none, and reading one as Markdown takes longer than marking it.
_SIGN = re.compile(r"[`*_#|\[\]<>~\\&]|^\s*(?:[-+=]|\d+[.)])", re.MULTILINE)
_REMEMBERED_AT_MOST = 2_000

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
        row["description"] = _plain(row["description"])
        if not owners:
            row["owner"] = row["owner_title"] = ""
    return {row["id"]: row for row in rows}


def operation_rows(ids: Iterable[int], with_fields: Iterable[int] = (), field: str = "") -> dict[int, dict[str, Any]]:
    """The rows of operations by id; one query, none without ids.

    The fields come with those named and with those that have a field of the name ``field``.
    """
    named = lexeme(field.lower(), FIELD) if field else ""
    rows = records_of(_OPERATIONS, {"ids": list(ids), "with_fields": list(with_fields), "field": named}) if ids else []
    for row in rows:
        row["description"] = _plain(row["description"])
    return {row["id"]: row for row in rows}


@lru_cache(_REMEMBERED_AT_MOST)
def _plain(text: str) -> str:
    """The beginning of a description without the marks of Markdown, in one line."""
    return markdown.plain(text, DESCRIPTION_AT_MOST) if _SIGN.search(text) else " ".join(text.split())


def entry_result(row: Mapping[str, Any], marks: Highlighter, **more: Any) -> Result:
    """An entry as a result; ``more`` are further values of the result."""
    title, description = marks.mark(row["title"]), marks.mark(row["description"])
    if "matched" not in more:
        more["matched"] = why_entry(row, marks, title, description)
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
        matched=why_operation(row, marks, title, path, description),
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
