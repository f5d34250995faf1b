"""Facets as people read them: names in place of ids, the chosen and the usual values even when nothing has them."""

from collections.abc import Mapping
from heapq import nlargest
from operator import itemgetter

from catalog.models import Lifecycle
from catalog.search.filtering import GROUPS
from catalog.search.statements import rows_of
from catalog.search.values import FACETS, KINDS, FacetValue, SearchRequest

_KIND_TITLES = {
    "api": "API",
    "operation": "Operation",
    "service": "Service",
    "team": "Team",
    "domain": "Domain",
    "system": "System",
    "page": "Documentation",
}
_FORMAT_TITLES = {"openapi": "OpenAPI", "swagger": "Swagger"}
_FIXED_TITLES = {"kind": _KIND_TITLES, "lifecycle": dict(Lifecycle.choices), "format": _FORMAT_TITLES}

#: Values that are shown even when nothing has them.
_USUAL = {"kind": KINDS, "lifecycle": tuple(Lifecycle.values)}

VALUES_AT_MOST = 50

Counted = Mapping[str, list[tuple[str, int]]]


def facet_values(
    request: SearchRequest, counted: Counted, kinds: Mapping[str, int]
) -> dict[str, tuple[FacetValue, ...]]:
    """Each facet with its values, most frequent first; one query for the names.

    ``counted`` has ids where a facet's values are rows. A chosen value that nothing has is shown with zero, by the
    name it was asked by: its title is not looked up, since the reader may not know of it.
    """
    counted = {facet: _most_frequent(rows) for facet, rows in counted.items()}
    named = _named({facet: [key for key, _ in rows] for facet, rows in counted.items() if facet in GROUPS})
    facets = {}
    for facet in FACETS:
        rows = list(kinds.items()) if facet == "kind" else counted.get(facet, [])
        chosen = request.kinds if facet == "kind" else request.filters.get(facet, ())
        values = {}
        for key, number in rows:
            if facet in GROUPS and (facet, key) not in named:
                continue
            value, title = named[facet, key] if facet in GROUPS else (key, _title(facet, key))
            values[value] = FacetValue(value, title, number, value in chosen)
        for value in (*_USUAL.get(facet, ()), *chosen):
            values.setdefault(value, FacetValue(value, _title(facet, value), 0, value in chosen))
        facets[facet] = tuple(sorted(values.values(), key=lambda value: -value.count))
    return facets


def _most_frequent(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return nlargest(VALUES_AT_MOST, ((key, number) for key, number in rows if key), key=itemgetter(1))


def _title(facet: str, value: str) -> str:
    return _FIXED_TITLES.get(facet, {}).get(value, value)


def _named(keys: Mapping[str, list[str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(facet, id) -> the value for a filter and the title."""
    wanted = {facet: ids for facet, ids in keys.items() if ids}
    if not wanted:
        return {}
    parts = [
        f"SELECT '{facet}', id::text, {GROUPS[facet][1]}, {GROUPS[facet][2]} FROM {GROUPS[facet][0]}"
        f" WHERE id = ANY(%({facet})s::bigint[])"
        for facet in wanted
    ]
    ids = {facet: [int(key) for key in keys] for facet, keys in wanted.items()}
    return {(facet, key): (value, title) for facet, key, value, title in rows_of(" UNION ALL ".join(parts), ids)}
