"""The summaries of mesh posture in words and links: each number leads to the services it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from common.web.words import grouped
from discovery.filters import IN_MESH, NOBODY, UNKNOWN
from discovery.queries.posture import ORDERINGS, Summary

#: What one may sum up by, with the words for a group that has no name and the filter that finds its services.
GROUPS: Mapping[str, tuple[str, str, str]] = {
    "domain": ("Domains", "No domain known", "domain"),
    "namespace": ("Namespaces", "No namespace", "namespace"),
    "team": ("Teams", "No owner known", "owner"),
    "environment": ("Environments", "", "environment"),
    "source": ("Sources", "", "source"),
}
WORST = next(iter(ORDERINGS))


@dataclass(frozen=True, slots=True)
class Column:
    """A count: its attribute of ``Summary``, the head above it, and the filter that finds what it counts.

    ``grade`` colours a number that someone should look at (warn) or act on (bad).
    """

    name: str
    title: str
    field: str = ""
    value: str = ""
    grade: str = ""
    within: str = ""


COLUMNS = (
    Column("services", "Services"),
    Column("open", "Exposed, no authentication", "open", "true", grade="bad"),
    Column("in_mesh", "In mesh", "mesh", IN_MESH),
    Column("outside", "Outside", "mesh", "outside"),
    Column("strict", "Strict", "mtls", "strict", within="mTLS"),
    Column("permissive", "Permissive", "mtls", "permissive", grade="warn", within="mTLS"),
    Column("disabled", "Off", "mtls", "disabled", grade="bad", within="mTLS"),
    Column("mixed", "Mixed", "mtls", "mixed", grade="warn", within="mTLS"),
    Column("mtls_unknown", "Not known", "mtls", UNKNOWN, within="mTLS"),
    Column("anyone", "Anyone", "callers", "anyone", grade="warn", within="Callers"),
    Column("limited", "Some", "callers", "limited", within="Callers"),
    Column("nobody", "Nobody", "callers", "nobody", within="Callers"),
    Column("callers_unknown", "Not known", "callers", UNKNOWN, within="Callers"),
)


def column_heads(by: str, ordering: str) -> list[dict[str, Any]]:
    """The columns with the address that orders by each, largest first."""
    return [
        {
            "title": column.title,
            "within": column.within,
            "url": _page_url(by, f"-{column.name}") if f"-{column.name}" in ORDERINGS else "",
            "sorted": "descending" if ordering == f"-{column.name}" else "",
        }
        for column in COLUMNS
    ]


def name_head(by: str, ordering: str) -> dict[str, Any]:
    """The column of names, in the order they are in or the other one."""
    return {
        "title": GROUPS[by][0].removesuffix("s"),
        "url": _page_url(by, "-name" if ordering == "name" else "name"),
        "sorted": {"name": "ascending", "-name": "descending"}.get(ordering, ""),
    }


def group_tabs(by: str) -> list[dict[str, Any]]:
    return [
        {"title": title, "url": _page_url(name, WORST), "is_current": name == by}
        for name, (title, _, _) in GROUPS.items()
    ]


def row_of(summary: Summary, by: str) -> dict[str, Any]:
    """A group with its counts; a group that no filter finds has no links."""
    _, nameless, field = GROUPS[by]
    asked = _asked(summary, by, field)
    return {
        "title": summary.title or nameless,
        "source": summary.source,
        "url": services_url(asked) if asked else "",
        "cells": _cells(summary, asked),
    }


def total_of(total: Summary) -> list[dict[str, Any]]:
    return _cells(total, {})


def services_url(asked: Mapping[str, str]) -> str:
    """The list of services that a filter finds."""
    query = urlencode(asked)
    url = reverse("discovery:posture-services")
    return f"{url}?{query}" if query else url


def _asked(summary: Summary, by: str, field: str) -> dict[str, str] | None:
    if by == "namespace":
        return {"source": summary.source, "namespace": summary.slug} if summary.slug else None
    return {field: summary.slug or NOBODY}


def _cells(summary: Summary, asked: Mapping[str, str] | None) -> list[dict[str, Any]]:
    return [_cell(column, getattr(summary, column.name), asked) for column in COLUMNS]


def _cell(column: Column, count: int, asked: Mapping[str, str] | None) -> dict[str, Any]:
    narrowed = {column.field: column.value} if column.field else {}
    label = f"{column.within} {column.title.lower()}" if column.within else column.title
    return {
        "label": label,
        "count": grouped(count) if count else "",
        "url": services_url({**asked, **narrowed}) if count and asked is not None else "",
        "grade": column.grade if count else "",
    }


def _page_url(by: str, ordering: str) -> str:
    asked: Sequence[tuple[str, str]] = [("by", by), *([("ordering", ordering)] if ordering != WORST else [])]
    return f"{reverse('discovery:posture')}?{urlencode(asked)}"
