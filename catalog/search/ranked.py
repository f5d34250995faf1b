"""The statement that answers a question with words: matches, counts, facets and one page, in one round trip.

Matches are read up to a bound, counted up to it, and ranked only as candidates: all of them while they are few, and
beyond that those whose title or identifier matches and the best by static rank. So the work for a common word does
not grow with the catalog.
"""

from collections.abc import Iterable

from catalog.search.facets import FACET_COLUMNS, facet_parts
from catalog.search.filtering import COLUMNS, Conditions
from catalog.search.tables import ENTRIES, OPERATIONS, Documents, tables_of
from catalog.search.terms import Terms

MATCHES_AT_MOST = 10_001
CANDIDATES_AT_MOST = 2_000
TITLE_CANDIDATES_AT_MOST = 500

#: Within a tier: how much of the title was asked for, then the words' weights, then the static rank.
_SCORE = """
    ({tier}) * 1000000000::bigint
    + CASE WHEN {in_title} THEN least(999, 999 * %(words)s / greatest(d.title_words, 1)) ELSE 0 END * 1000000::bigint
    + least(999, (1000 * ts_rank('{{0.1, 0.2, 0.4, 1.0}}', d.vector, %({match})s::tsquery))::int) * 1000
    + least(d.rank, 999)"""

_IN_TITLE = "d.vector @@ %(title)s::tsquery"

_ENTRY_TIER = f"CASE WHEN d.vector @@ %(key)s::tsquery THEN 9 WHEN {_IN_TITLE} THEN 6 ELSE 3 END"
_OPERATION_TIER = f"""CASE
      WHEN d.vector @@ %(path)s::tsquery OR d.vector @@ %(key)s::tsquery THEN 8
      WHEN d.vector @@ %(path_part)s::tsquery THEN 7
      WHEN {_IN_TITLE} THEN 5 WHEN d.vector @@ %(field)s::tsquery THEN 4 ELSE 2 END"""


_TIERS = {ENTRIES.name: _ENTRY_TIER, OPERATIONS.name: _OPERATION_TIER}


def parameters_of(terms: Terms, word_count: int) -> dict[str, object]:
    """The parameters that the texts of this module name."""
    return {
        "entry": terms.entry,
        "operation": terms.operation,
        "key": terms.key,
        "title": terms.title,
        "field": terms.field,
        "path": terms.path,
        "path_part": terms.path_part,
        "words": max(word_count, 1),
    }


def statement(
    conditions: Conditions, *, kinds: list[str], facets: bool, grouped: bool, backwards: bool, after: bool
) -> str:
    """The SQL of one question.

    Rows are (part, value, id, entry, number): part «row» is a result of the page in order (value e or o, number its
    score), «below» an operation below an API of the page, «more» how many there are, «count» the matches of a kind,
    any other part a value of that facet with its number.
    """
    tables = tables_of([] if facets else kinds)
    ctes = [_matches(table, conditions, kinds, facets) for table in tables]
    ctes += [_candidates(table, conditions) for table in tables]
    ctes.append(f"scored AS MATERIALIZED ({_union(f'SELECT * FROM scored_{table.name}' for table in tables)})")  # noqa: S608
    page, parts = (_groups if grouped else _singles)(backwards, after)
    counts = [_count(table) for table in tables]
    if facets:
        counted, more = facet_parts(conditions.chosen, lambda facet: _apart(facet, conditions, kinds))
        ctes += [_matched(kinds), *counted]
        parts += more
    return f"WITH {', '.join([*ctes, page])} {_union(f'({part})' for part in [*parts, *counts])}"


def _union(selects: Iterable[str]) -> str:
    return " UNION ALL ".join(selects)


def _matches(table: Documents, conditions: Conditions, kinds: list[str], facets: bool) -> str:
    columns = f", {FACET_COLUMNS}" if facets else ""
    of_kind = ["d.kind = ANY(%(kinds)s)"] if kinds and not facets and table.is_entries else []
    where = conditions.where(f"d.vector @@ %({table.match})s::tsquery", *of_kind, entries=table.is_entries)
    return (
        f"match_{table.name} AS MATERIALIZED (SELECT {table.key} AS id, {table.entry} AS entry, {table.kind} AS kind,"  # noqa: S608
        f" d.rank{columns} FROM {table.table} AS d WHERE {where} LIMIT {MATCHES_AT_MOST})"
    )


def _matched(kinds: list[str]) -> str:
    """The matches of the chosen kinds, each counting one."""
    of_kind = "kind = ANY(%(kinds)s)" if kinds else "true"
    selects = (
        f"SELECT 1 AS number, {', '.join(COLUMNS.values())} FROM match_{table.name} WHERE {of_kind}"  # noqa: S608
        for table in tables_of(kinds)
    )
    return f"matched AS ({_union(selects)})"


def _apart(facet: str, conditions: Conditions, kinds: list[str]) -> str:
    selects = []
    for table in tables_of(kinds):
        of_kind = ["d.kind = ANY(%(kinds)s)"] if kinds and table.is_entries else []
        match = f"d.vector @@ %({table.match})s::tsquery"
        where = conditions.where(match, *of_kind, without=facet, entries=table.is_entries)
        selects.append(
            f"(SELECT d.{COLUMNS[facet]} AS key, 1 AS number FROM {table.table} AS d WHERE {where} LIMIT {MATCHES_AT_MOST})"  # noqa: S608
        )
    return _union(selects)


def _candidates(table: Documents, conditions: Conditions) -> str:
    few = f"(SELECT count(*) FROM match_{table.name}) <= {CANDIDATES_AT_MOST}"
    of_kind = f"(%(kinds)s::text[] = '{{}}' OR {table.kind} = ANY(%(kinds)s::text[]))"

    def best(match: str, limit: int) -> str:
        where = conditions.where(f"d.vector @@ %({match})s::tsquery", of_kind, f"NOT {few}", entries=table.is_entries)
        return f"(SELECT {table.key} FROM {table.table} AS d WHERE {where} ORDER BY d.rank DESC, {table.key} LIMIT {limit})"  # noqa: S608

    score = _SCORE.format(tier=_TIERS[table.name], in_title=_IN_TITLE, match=table.match)
    return (
        f"scored_{table.name} AS (SELECT '{table.name}' AS source, {table.key} AS id, {table.entry} AS entry,{score} AS score"  # noqa: S608
        f" FROM {table.table} AS d WHERE {table.key} IN ("
        f"(SELECT d.id FROM match_{table.name} AS d WHERE {few} AND {of_kind.replace(table.kind, 'd.kind')})"
        f" UNION {best('key', TITLE_CANDIDATES_AT_MOST)} UNION {best('title', TITLE_CANDIDATES_AT_MOST)}"
        f" UNION {best(table.match, CANDIDATES_AT_MOST)}))"
    )


def _count(table: Documents) -> str:
    return f"SELECT 'count', kind, NULL::bigint, NULL::bigint, count(*) FROM match_{table.name} GROUP BY kind"  # noqa: S608


def _singles(backwards: bool, after: bool) -> tuple[str, list[str]]:
    order = "score, source DESC, id DESC" if backwards else "score DESC, source, id"
    beyond = _beyond(("source", "id"), backwards) if after else "true"
    page = f"page AS (SELECT * FROM scored WHERE {beyond} ORDER BY {order} LIMIT %(limit)s)"  # noqa: S608
    return page, [f"SELECT 'row' AS part, source AS value, id, entry, score AS number FROM page ORDER BY {order}"]  # noqa: S608


def _groups(backwards: bool, after: bool) -> tuple[str, list[str]]:
    order = "score, entry DESC" if backwards else "score DESC, entry"
    beyond = _beyond(("entry",), backwards) if after else "true"
    page = (
        "page AS (SELECT * FROM (SELECT entry, max(score) AS score, bool_or(source = 'e') AS itself,"  # noqa: S608
        f" count(*) FILTER (WHERE source = 'o') AS below FROM scored GROUP BY entry) AS grouped"
        f" WHERE {beyond} ORDER BY {order} LIMIT %(limit)s),"
        " below AS (SELECT scored.id, scored.entry, scored.score,"
        " row_number() OVER (PARTITION BY scored.entry ORDER BY scored.score DESC, scored.id) AS place"
        " FROM scored JOIN page ON page.entry = scored.entry WHERE scored.source = 'o')"
    )
    return page, [
        "SELECT 'row' AS part, CASE WHEN itself THEN 'e' ELSE '' END AS value, entry AS id, entry, score AS number"  # noqa: S608
        f" FROM page ORDER BY {order}",
        "SELECT 'below', NULL::text, id, entry, score FROM below WHERE place <= 3 ORDER BY score DESC, id",
        "SELECT 'more', NULL::text, NULL::bigint, entry, page.below FROM page WHERE page.below > 3",
    ]


def _beyond(keys: tuple[str, ...], backwards: bool) -> str:
    """The rows after (or before) the row of the cursor: score descends, the keys ascend."""
    names = ", ".join(keys)
    values = ", ".join(f"%(after_{key})s" for key in keys)
    higher, further = (">", "<") if backwards else ("<", ">")
    return f"(score {higher} %(after_score)s OR score = %(after_score)s AND ({names}) {further} ({values}))"
