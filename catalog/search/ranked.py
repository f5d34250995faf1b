"""The statement that answers a question with words: matches, counts, facets and one page, in one round trip.

The word index gives the matches of each kind (key, path, title, field, anywhere) as sets, so that no document's words
are read to rank it: a score is the kind of match, how much of the title was asked for, and the static rank. Only
where few documents match are the weights of their words read as well. Matches are read and counted up to a bound;
beyond it the candidates are those of the better kinds and the best by static rank. Where the sample has plenty of
matches (see ``catalog.search.sample``), nothing but whole keys and paths is looked up beside it, so that the work for a
common word does not grow with the catalog.
"""

from collections.abc import Iterable

from catalog.search.facets import FACET_COLUMNS, counting_parts
from catalog.search.filtering import COLUMNS, Conditions
from catalog.search.sample import PLENTY, plenty_or_all
from catalog.search.tables import ENTRIES, OPERATIONS, Documents, tables_of
from catalog.search.terms import NOTHING, Terms

MATCHES_AT_MOST = 10_001
READ_AT_MOST = 2_000
CANDIDATES_AT_MOST = 1_000
WEIGHED_AT_MOST = 300

#: Kind of match -> its tier for entries and for operations: a title goes before an operation before a description.
_TIERS = {
    "key": {ENTRIES.name: 9, OPERATIONS.name: 8},
    "path": {OPERATIONS.name: 8},
    "path_part": {OPERATIONS.name: 7},
    "title": {ENTRIES.name: 6},
    "operation_title": {OPERATIONS.name: 5},
    "field": {OPERATIONS.name: 4},
}
_RARE = frozenset({"key", "path"})
_ANYWHERE = {ENTRIES.name: 3, OPERATIONS.name: 2}
TIER = 1_000_000_000

#: Scores below this are of operations that a field or nothing nearer explains.
EXPLAINED_FROM = 5 * TIER

_CLOSENESS = f"{TIER // 1000} * least(999, 999 * %(words)s::int / greatest(d.title_words, 1))"
_WEIGHTS = "1000 * least(999, (1000 * ts_rank('{0.1, 0.2, 0.4, 1.0}', d.vector, %(anywhere)s::tsquery))::int)"
_STATIC = "least(d.rank, 999)"


def parameters_of(terms: Terms, word_count: int) -> dict[str, object]:
    """The parameters that the texts of this module name."""
    return {
        "entry": terms.entry,
        "operation": terms.operation,
        "key": terms.key,
        "title": terms.title,
        "operation_title": terms.operation_title,
        "field": terms.field,
        "path": terms.path,
        "path_part": terms.path_part,
        "anywhere": terms.anywhere,
        "words": max(word_count, 1),
    }


def statement(
    conditions: Conditions,
    terms: Terms,
    *,
    kinds: list[str],
    facets: bool,
    grouped: bool,
    backwards: bool,
    after: bool,
    limit: int,
) -> str:
    """The SQL of one question.

    Rows are (part, value, id, entry, number): part «row» is a result of the page in order (value e or o, number its
    score), «below» an operation below an API of the page, «more» how many there are, «count» the matches of a kind,
    any other part a value of that facet with its number.
    """
    tables = tables_of([] if facets else kinds)
    ctes = [cte for table in tables for cte in _matches(table, conditions, terms, kinds, facets)]
    ctes.append(_scored(conditions, terms, kinds))
    page, parts = (_groups if grouped else _singles)(backwards, after, limit)
    ctes.append(page)
    parts += [
        f"SELECT 'count', kind, NULL::bigint, NULL::bigint, sum(number) FROM match_{table.name} GROUP BY kind"
        for table in tables
    ]
    if facets:
        counted = _union(
            f"SELECT {FACET_COLUMNS}, number FROM match_{table.name} AS d WHERE {_of_kind(kinds, table)}"
            for table in tables_of(kinds)
        )
        ctes.append(f"counted AS MATERIALIZED ({counted})")
        apart = {facet: _apart(facet, conditions, kinds) for facet in conditions.chosen}
        ctes += [cte for matched, _ in apart.values() for cte in matched]
        further, facet_parts = counting_parts({facet: select for facet, (_, select) in apart.items()})
        ctes += further
        parts += facet_parts
    return f"WITH {', '.join(ctes)} {_union(f'({part})' for part in parts)}"


def _union(selects: Iterable[str]) -> str:
    return " UNION ALL ".join(selects)


def _of_kind(kinds: list[str], table: Documents) -> str:
    return "d.kind = ANY(%(kinds)s::text[])" if kinds and table.is_entries else "true"


def _where(table: Documents, match: str, conditions: Conditions, *more: str, without: str = "") -> str:
    return conditions.matching(*more, match=match, without=without, entries=table.is_entries)


def _matches(table: Documents, conditions: Conditions, terms: Terms, kinds: list[str], facets: bool) -> list[str]:
    where = _where(table, table.match, conditions, "true" if facets else _of_kind(kinds, table))
    columns = f"{table.key} AS id, {table.entry} AS entry, {table.kind} AS kind, d.rank"
    columns += f", {FACET_COLUMNS}" if facets else ""
    # Only those of the sample have their score at once: to read the words of all of them would take too long.
    scored = (f"{columns}, {_score(table, terms)} AS score", f"{columns}, 0")
    return [
        *plenty_or_all(f"match_{table.name}", scored, table.table, where, MATCHES_AT_MOST),
        f"found_{table.name} AS MATERIALIZED (SELECT coalesce(sum(number), 0) AS number FROM match_{table.name})",
    ]


def _apart(facet: str, conditions: Conditions, kinds: list[str]) -> tuple[list[str], str]:
    """CTEs, and from them this facet of the matches under every choice but its own."""
    ctes, selects = [], []
    for table in tables_of(kinds):
        name, columns = f"{facet}_{table.name}", f"d.{COLUMNS[facet]}"
        where = _where(table, table.match, conditions, _of_kind(kinds, table), without=facet)
        ctes += plenty_or_all(name, (columns, columns), table.table, where, MATCHES_AT_MOST)
        selects.append(f"SELECT * FROM {name}")
    return ctes, _union(selects)


def _score(table: Documents, terms: Terms) -> str:
    """By the nearest of the kinds of match that are worth looking for in a document's own words."""
    nearer = [
        f"WHEN d.vector @@ %({match})s::tsquery THEN {tiers[table.name]} * {TIER}::bigint + {_CLOSENESS}"
        for match, tiers in _TIERS.items()
        if table.name in tiers and match not in _RARE and getattr(terms, match) != NOTHING
    ]
    anywhere = f"{_ANYWHERE[table.name]} * {TIER}::bigint"
    return f"CASE {' '.join(nearer)} ELSE {anywhere} END + {_STATIC}" if nearer else f"{anywhere} + {_STATIC}"


def _scored(conditions: Conditions, terms: Terms, kinds: list[str]) -> str:
    selects: list[str] = []
    for table in tables_of(kinds):
        selects += _nearer(table, conditions, terms, kinds)
        selects += _anywhere(table, conditions, terms, kinds)
    return (
        "scored AS MATERIALIZED (SELECT source, id, entry, max(score) AS score"
        f" FROM ({_union(selects)}) AS candidate GROUP BY source, id, entry)"
    )


def _select(table: Documents, score: str, source: str, where: str, limit: int) -> str:
    return (
        f"(SELECT '{table.name}' AS source, {table.key} AS id, {table.entry} AS entry, {score} AS score"
        f" FROM {source} AS d WHERE {where} ORDER BY d.rank DESC, {table.key} LIMIT {limit})"
    )


def _nearer(table: Documents, conditions: Conditions, terms: Terms, kinds: list[str]) -> list[str]:
    selects = []
    for match, tiers in _TIERS.items():
        if table.name in tiers and getattr(terms, match) != NOTHING:
            few = "true" if match in _RARE else f"(SELECT count(*) FROM sample_match_{table.name}) < {PLENTY}"
            where = _where(table, match, conditions, few, _of_kind(kinds, table))
            read = f"(SELECT * FROM {table.table} AS d WHERE {where} LIMIT {READ_AT_MOST})"
            score = f"{tiers[table.name]} * {TIER}::bigint + {_CLOSENESS} + {_STATIC}"
            selects.append(_select(table, score, read, "true", CANDIDATES_AT_MOST))
    return selects


def _anywhere(table: Documents, conditions: Conditions, terms: Terms, kinds: list[str]) -> list[str]:
    """The matches that were read; beyond the bound also the best of all; their words are weighed while they are few."""
    tier = f"{_ANYWHERE[table.name]} * {TIER}::bigint"
    found = f"(SELECT number FROM found_{table.name})"
    of_kind = _of_kind(kinds, table)
    read = Documents(table.name, f"match_{table.name}", "d.id", "d.entry", table.kind, table.match)
    ids = f"ARRAY(SELECT id FROM match_{table.name} LIMIT {WEIGHED_AT_MOST})"
    few = f"{found} <= {WEIGHED_AT_MOST} AND {table.key} = ANY({ids})"
    many = _where(table, table.match, conditions, of_kind, f"{found} >= {MATCHES_AT_MOST}")
    best = f"(SELECT * FROM {table.table} AS d ORDER BY d.rank DESC, {table.key} LIMIT {READ_AT_MOST})"
    return [
        _select(read, f"greatest(d.score, {tier} + {_STATIC})", read.table, of_kind, CANDIDATES_AT_MOST),
        _select(table, _score(table, terms), best, many, CANDIDATES_AT_MOST),
        _select(table, f"{tier} + {_WEIGHTS} + {_STATIC}", table.table, f"{few} AND {of_kind}", WEIGHED_AT_MOST),
    ]


def _singles(backwards: bool, after: bool, limit: int) -> tuple[str, list[str]]:
    order = "score, source DESC, id DESC" if backwards else "score DESC, source, id"
    beyond = _beyond(("source", "id"), backwards) if after else "true"
    page = f"page AS (SELECT * FROM scored WHERE {beyond} ORDER BY {order} LIMIT {limit})"
    return page, [f"SELECT 'row' AS part, source AS value, id, entry, score AS number FROM page ORDER BY {order}"]


def _groups(backwards: bool, after: bool, limit: int) -> tuple[str, list[str]]:
    order = "score, entry DESC" if backwards else "score DESC, entry"
    beyond = _beyond(("entry",), backwards) if after else "true"
    page = (
        "page AS MATERIALIZED (SELECT * FROM (SELECT entry, max(score) AS score, bool_or(source = 'e') AS itself,"
        " count(*) FILTER (WHERE source = 'o') AS below FROM scored GROUP BY entry) AS grouped"
        f" WHERE {beyond} ORDER BY {order} LIMIT {limit}),"
        " below AS (SELECT scored.id, scored.entry, scored.score,"
        " row_number() OVER (PARTITION BY scored.entry ORDER BY scored.score DESC, scored.id) AS place"
        " FROM scored JOIN page ON page.entry = scored.entry WHERE scored.source = 'o')"
    )
    return page, [
        "SELECT 'row' AS part, CASE WHEN itself THEN 'e' ELSE '' END AS value, entry AS id, entry, score AS number"
        f" FROM page ORDER BY {order}",
        "SELECT 'below', NULL::text, id, entry, score FROM below WHERE place <= 3 ORDER BY score DESC, id",
        "SELECT 'more', NULL::text, NULL::bigint, entry, page.below FROM page WHERE page.below > 3",
    ]


def _beyond(keys: tuple[str, ...], backwards: bool) -> str:
    """The rows after (or before) the row of the cursor: score descends, the keys ascend."""
    names = ", ".join(keys)
    types = {"source": "text", "id": "bigint", "entry": "bigint"}
    values = ", ".join(f"%(after_{key})s::{types[key]}" for key in keys)
    higher, further = (">", "<") if backwards else ("<", ">")
    score = "%(after_score)s::bigint"
    return f"(score {higher} {score} OR score = {score} AND ({names}) {further} ({values}))"
