"""The list without a question: by title or date, a page by key, its facets from the counts kept by the writes.

Without a filter beside the kind nothing is counted here: the counts are sums of what the writers added. With one, the
documents that have it are counted up to the bound.
"""

from datetime import datetime
from typing import Any

from catalog.search import cursors
from catalog.search.display import entry_result, entry_rows, operation_result, operation_rows
from catalog.search.facet_values import facet_values
from catalog.search.facets import FACET_COLUMNS, counting_parts
from catalog.search.filtering import COLUMNS, LISTS, Conditions
from catalog.search.highlight import Highlighter
from catalog.search.sample import plenty_or_all
from catalog.search.scope import knows_owners
from catalog.search.statements import rows_of
from catalog.search.tables import ENTRIES, OPERATIONS
from catalog.search.values import (
    API,
    KINDS,
    OPERATION,
    PUBLISHED,
    RELEVANCE,
    SERVICE,
    TITLE,
    UPDATED,
    Matched,
    SearchPage,
    SearchRequest,
)
from common.errors import Invalid
from common.paging import COUNT_LIMIT

#: What is listed when no kind was chosen.
USUAL_KINDS = (API, SERVICE)

_NO_MARKS = Highlighter({})
_COLUMNS = {TITLE: "sort_title", UPDATED: "updated_at", PUBLISHED: "published_at"}


def browse(scopes: list[int] | None, request: SearchRequest) -> SearchPage:
    """The page in the request's ordering; at most five queries."""
    ordering = TITLE if request.ordering == RELEVANCE else request.ordering
    kinds = [kind for kind in KINDS if kind in (request.kinds or USUAL_KINDS)]
    if not kinds:
        return SearchPage((), None, None, 0, True, {})
    conditions = Conditions(scopes, request.filters)
    cursor = cursors.read(request.cursor, ordering, (str, int, int))
    rows = _rows(conditions, kinds, ordering, cursor, request.limit + 1)
    shown = rows[: request.limit]
    if cursor is not None and cursor.backwards:
        shown.reverse()
    following, preceding = cursors.edges(ordering, cursor, [row[:3] for row in shown], len(rows) > request.limit)
    counted = _counted(conditions, kinds, request.facets)
    total, exact = _total(conditions, counted, kinds)
    facets = {}
    if request.facets:
        facets = facet_values(
            request, {facet: rows for facet, rows in counted.items() if facet != "kind"}, dict(counted["kind"])
        )
    return SearchPage(tuple(_results(shown, owners=knows_owners(scopes))), following, preceding, total, exact, facets)


def _rows(
    conditions: Conditions, kinds: list[str], ordering: str, cursor: cursors.Cursor | None, limit: int
) -> list[tuple[str, int, int, int]]:
    """(key, place of the kind, id, entry): each kind is read along its own index, then merged."""
    backwards = cursor is not None and cursor.backwards
    descends = (ordering != TITLE) != backwards
    parameters: dict[str, Any] = {**conditions.parameters}
    if cursor is not None:
        parameters |= {"key": _key(ordering, cursor.values[0]), "place": cursor.values[1], "id": cursor.values[2]}
    parts = []
    for kind in kinds:
        place = KINDS.index(kind)
        parameters[f"kind_{place}"] = kind
        parts.append(_of_kind(conditions, place, ordering, descends, cursor, limit))
    direction = "DESC" if descends else ""
    order = f"1 {direction}, 2 {direction}, 3 {direction}"
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS listed ORDER BY {order} LIMIT {limit}"
    return [(_plain(key), place, row, entry) for key, place, row, entry in rows_of(sql, parameters)]


def _of_kind(
    conditions: Conditions, place: int, ordering: str, descends: bool, cursor: cursors.Cursor | None, limit: int
) -> str:
    operations = KINDS[place] == OPERATION
    table = OPERATIONS if operations else ENTRIES
    source, key = f"{table.table} AS d", f"d.{_COLUMNS[ordering]}"
    if operations and ordering != TITLE:
        # Operations come in the order of their APIs: no index of their own for a list that few ask for.
        source, key = (
            f"{ENTRIES.table} AS api JOIN {table.table} AS d ON d.entry_id = api.id",
            f"api.{_COLUMNS[ordering]}",
        )
    direction, further = ("DESC", "<") if descends else ("", ">")
    more = [] if operations else [f"d.kind = %(kind_{place})s::text"]
    if operations and ordering != TITLE:
        more.append("api.kind = 'api'")
    value = "%(key)s::text" if ordering == TITLE else "%(key)s::timestamptz"
    if cursor is not None:
        more.append(f"{key} {further}= {value}")
        more.append(f"({key}, {place}, {table.key}) {further} ({value}, %(place)s, %(id)s)")
    where = conditions.where(*more, entries=not operations)
    return (
        f"(SELECT {key} AS key, {place} AS place, {table.key} AS id, {table.entry} AS entry FROM {source}"
        f" WHERE {where} ORDER BY {key} {direction}, {table.key} {direction} LIMIT {limit})"
    )


def _plain(key: str | datetime) -> str:
    return key.isoformat() if isinstance(key, datetime) else key


def _key(ordering: str, value: str | int) -> str | datetime:
    if ordering == TITLE:
        return str(value)
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid({"cursor": "This cursor does not belong to this list."}) from None


def _results(shown: list[tuple[str, int, int, int]], *, owners: bool) -> list[Any]:
    operations = {row for _, place, row, _ in shown if KINDS[place] == OPERATION}
    entries = entry_rows({entry for _, _, _, entry in shown}, owners=owners)
    loaded = operation_rows(operations)
    results = []
    for _, place, row, entry in shown:
        if entry not in entries or (KINDS[place] == OPERATION and row not in loaded):
            continue
        if KINDS[place] == OPERATION:
            results.append(operation_result(loaded[row], entries[entry], _NO_MARKS))
        else:
            results.append(entry_result(entries[entry], _NO_MARKS, matched=Matched()))
    return results


Counted = dict[str, list[tuple[str, int]]]


def _counted(conditions: Conditions, kinds: list[str], facets: bool) -> Counted:
    """Facet -> (value, count); only «kind» unless facets are asked for. One query, or two with a single choice."""
    if not conditions.is_filtered:
        return _kept(conditions, kinds, list(COLUMNS) if facets else [])
    if not facets and conditions.has_one_value:
        return _collected(_kept_kinds(conditions), conditions.parameters)
    return _by_counting(conditions, kinds, facets)


def _kept(conditions: Conditions, kinds: list[str], facets: list[str]) -> Counted:
    """Sums of the counts that the writers keep."""
    scope = "true" if conditions.parameters["scopes"] is None else "scope = ANY(%(scopes)s::bigint[])"
    sql = f"""
        SELECT facet, CASE facet WHEN 'kind' THEN kind ELSE value END AS value, sum(number)::bigint AS number
        FROM catalog_facetcount
        WHERE {scope} AND (facet = 'kind' OR facet = ANY(%(facets)s::text[]) AND kind = ANY(%(kinds)s::text[]))
        GROUP BY 1, 2 HAVING sum(number) > 0 ORDER BY 1, 3 DESC, 2"""
    return _collected(sql, {**conditions.parameters, "facets": facets, "kinds": kinds})


def _kept_kinds(conditions: Conditions) -> str:
    """A SELECT of how many of each kind have the one value that is chosen."""
    [facet] = conditions.chosen
    scope = "true" if conditions.parameters["scopes"] is None else "scope = ANY(%(scopes)s::bigint[])"
    return (
        "SELECT 'kind' AS facet, kind AS value, sum(number)::bigint AS number FROM catalog_facetcount"
        f" WHERE {scope} AND facet = '{facet}' AND value = ANY({conditions.keys(facet)})"
        " GROUP BY kind HAVING sum(number) > 0"
    )


_WEIGHT = """CASE WHEN d.kind = ANY(%(kinds)s::text[]) THEN 1 ELSE 0 END
    + CASE WHEN 'operation' = ANY(%(kinds)s::text[]) THEN d.operation_count ELSE 0 END"""


def _by_counting(conditions: Conditions, kinds: list[str], facets: bool) -> Counted:
    """Counts of the entries under the filters, read up to the bound; an API counts its operations with it."""
    columns = f"d.kind, d.operation_count, {_WEIGHT} AS results, {FACET_COLUMNS}"
    ctes = _entries("entries", columns, conditions.matching())
    if conditions.has_one_value:
        parts = [_kept_kinds(conditions)]
    else:
        parts = [
            "SELECT 'kind' AS facet, kind AS value, sum(number) AS number FROM entries GROUP BY kind",
            "SELECT 'kind', 'operation', coalesce(sum(operation_count * number), 0) FROM entries",
        ]
    if facets:
        apart = {facet: _apart(facet, conditions) for facet in conditions.chosen}
        ctes += [cte for matched, _ in apart.values() for cte in matched]
        counted, more = counting_parts({facet: select for facet, (_, select) in apart.items()})
        results = f"SELECT {FACET_COLUMNS}, results * number AS number FROM entries AS d WHERE results > 0"
        ctes += [f"counted AS NOT MATERIALIZED ({results})", *counted]
        parts += [
            f"SELECT facet, value, number FROM ({part}) AS several (facet, value, id, entry, number)" for part in more
        ]
    union = " UNION ALL ".join(f"({part})" for part in parts)
    sql = f"WITH {', '.join(ctes)} SELECT facet, value, number FROM ({union}) AS counts"
    return _collected(sql, {**conditions.parameters, "kinds": kinds})


def _entries(name: str, columns: str, where: str) -> list[str]:
    return plenty_or_all(name, (columns, columns), ENTRIES.table, where, COUNT_LIMIT + 1)


def _apart(facet: str, conditions: Conditions) -> tuple[list[str], str]:
    """CTEs and a SELECT from them: the kept counts where the choice ignored is the only one, else by counting."""
    if conditions.chosen == [facet] and conditions.is_only_facets:
        scope = "true" if conditions.parameters["scopes"] is None else "scope = ANY(%(scopes)s::bigint[])"
        value = "ARRAY[value]" if facet in LISTS else "value"
        return [], (
            f"SELECT {value} AS {COLUMNS[facet]}, number FROM catalog_facetcount"
            f" WHERE {scope} AND facet = '{facet}' AND kind = ANY(%(kinds)s::text[])"
        )
    columns = f"d.{COLUMNS[facet]}, {_WEIGHT} AS results"
    ctes = _entries(f"entries_{facet}", columns, conditions.matching(f"{_WEIGHT} > 0", without=facet))
    return ctes, f"SELECT {COLUMNS[facet]}, results * number AS number FROM entries_{facet}"


def _collected(sql: str, parameters: dict[str, Any]) -> Counted:
    counted: Counted = {"kind": []}
    for facet, value, number in rows_of(sql, parameters):
        counted.setdefault(facet, []).append((value, number))
    return counted


def _total(conditions: Conditions, counted: Counted, kinds: list[str]) -> tuple[int, bool]:
    numbers = [number for kind, number in counted["kind"] if kind in kinds]
    if not conditions.is_filtered or conditions.has_one_value:
        return sum(numbers), True
    exact = sum(number for kind, number in counted["kind"] if kind != OPERATION) <= COUNT_LIMIT
    return sum(numbers) if exact else min(sum(numbers), COUNT_LIMIT), exact
