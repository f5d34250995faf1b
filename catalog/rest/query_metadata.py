"""Metadata in the query string of a raw upload: single values, lists repeated or with commas, pairs with ``=``."""

from typing import Any

from django.http import QueryDict

from common.errors import Invalid

SINGLE = (
    "title",
    "description",
    "owner",
    "domain",
    "system",
    "visibility",
    "lifecycle",
    "changelog",
    "docs",
    "sunset",
    "successor",
)
LISTS = ("tags", "provided_by")
PAIRS = {"instances": ("environment", "url"), "links": ("title", "url")}
NAMES = (*SINGLE, *LISTS, *PAIRS)


def metadata_of(query: QueryDict) -> dict[str, Any]:
    """The metadata in the shape of its JSON; ``Invalid`` for a single value given twice or a pair without ``=``."""
    metadata: dict[str, Any] = {}
    for name in NAMES:
        if name not in query:
            continue
        values = query.getlist(name)
        if name in LISTS:
            metadata[name] = values
        elif name in PAIRS:
            metadata[name] = [_pair(name, value) for value in values if value]
        elif len(values) > 1:
            raise Invalid({name: "Give this once."})
        else:
            # An empty date cannot be read, and means none.
            metadata[name] = values[0] or (None if name == "sunset" else "")
    return metadata


def _pair(name: str, value: str) -> dict[str, str]:
    left, right = PAIRS[name]
    before, equals, after = value.partition("=")
    if not equals:
        raise Invalid({name: f"Use {left}=… with the {right} after the equals sign, once for each."})
    return {left: before.strip(), right: after.strip()}
