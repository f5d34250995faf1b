"""Answers a search request for an actor.

What the actor may not know of is left out before anything is counted, ranked, suggested or corrected: the first
condition of every statement is the actor's scopes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.actor import Actor
from catalog.search import cursors, ranked
from catalog.search.browse import browse
from catalog.search.display import entry_result, entry_rows, operation_result, operation_rows
from catalog.search.facet_values import facet_values
from catalog.search.filtering import Conditions
from catalog.search.highlight import Highlighter, highlighter_of
from catalog.search.scope import knows_owners, scopes_of
from catalog.search.spelling import corrected
from catalog.search.statements import rows_of
from catalog.search.stems import stems_of
from catalog.search.terms import terms_of
from catalog.search.text import Query, parse, readings
from catalog.search.values import RELEVANCE, Correction, Matched, Result, SearchPage, SearchRequest
from common.paging import COUNT_LIMIT


def search(actor: Actor, request: SearchRequest) -> SearchPage:
    """The page that was asked for: at most five queries, one more for a last word that goes on, three for a correction.

    Who may not know which team owns what finds nothing by an owner and gets none in results and facets. Raises
    ``Invalid`` on field ``cursor`` for a cursor of another list.
    """
    query = parse(request.q)
    request = _with_qualifiers(request, query)
    scopes = scopes_of(actor)
    if scopes == []:
        return _nothing()
    if knows_owners(scopes):
        return _search(scopes, request, query)
    if "owner" in request.filters:
        return _nothing()
    page = _search(scopes, request, query)
    return replace(page, facets={facet: values for facet, values in page.facets.items() if facet != "owner"})


def _search(scopes: list[int] | None, request: SearchRequest, query: Query) -> SearchPage:
    if query.is_empty:
        return browse(scopes, request) if query.qualifiers or not request.q.strip() else _nothing()
    for reading in readings(query):
        page = _answer(scopes, request, reading)
        if page.count:
            return page
    better = None if request.exact else corrected(query, scopes)
    improved = _answer(scopes, request, better) if better else page
    return replace(improved, correction=Correction(query.text, better.text)) if better and improved.count else page


def _nothing() -> SearchPage:
    return SearchPage((), None, None, 0, True, {})


def _with_qualifiers(request: SearchRequest, query: Query) -> SearchRequest:
    """The request with what was typed as ``owner:card-issuing`` among its filters."""
    filters: dict[str, tuple[str, ...]] = dict(request.filters)
    kinds = request.kinds
    for name, value in query.qualifiers:
        if name == "kind":
            kinds = (*kinds, value)
        else:
            filters[name] = (*filters.get(name, ()), value)
    return replace(request, filters=filters, kinds=kinds)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of the ranked statement, sorted by what they are."""

    rows: list[tuple[str, int, int, int]]
    below: dict[int, list[tuple[int, int]]]
    more: dict[int, int]
    counts: dict[str, int]
    facets: dict[str, list[tuple[str, int]]]


def _answer(scopes: list[int] | None, request: SearchRequest, query: Query) -> SearchPage:
    stems = stems_of(query.words)
    terms = terms_of(query, stems, owners=knows_owners(scopes))
    if terms.is_nothing:
        return _nothing()
    ordering = "groups" if request.grouped else RELEVANCE
    cursor = cursors.read(request.cursor, ordering, (int, int) if request.grouped else (int, str, int))
    found = _find(scopes, request, terms, query, cursor)
    backwards = cursor is not None and cursor.backwards
    shown = found.rows[: request.limit]
    if backwards:
        shown.reverse()
    results = _results(shown, found, highlighter_of(query, stems), owners=knows_owners(scopes))
    places = [(score, entry) if request.grouped else (score, source, key) for source, key, entry, score in shown]
    following, preceding = cursors.edges(ordering, cursor, places, len(found.rows) > request.limit)
    kinds = {kind: number for kind, number in found.counts.items() if not request.kinds or kind in request.kinds}
    total = sum(kinds.values())
    exact = total <= COUNT_LIMIT and all(number <= COUNT_LIMIT for number in found.counts.values())
    facets = facet_values(request, found.facets, found.counts) if request.facets else {}
    return SearchPage(tuple(results), following, preceding, min(total, COUNT_LIMIT), exact, facets)


def _find(
    scopes: list[int] | None, request: SearchRequest, terms: ranked.Terms, query: Query, cursor: cursors.Cursor | None
) -> _Found:
    conditions = Conditions(scopes, request.filters)
    kinds = list(request.kinds)
    sql = ranked.statement(
        conditions,
        terms,
        kinds=kinds,
        facets=request.facets,
        grouped=request.grouped,
        backwards=cursor is not None and cursor.backwards,
        after=cursor is not None,
        limit=request.limit + 1,
    )
    parameters: dict[str, Any] = {
        **conditions.parameters,
        **ranked.parameters_of(terms, len(query.words)),
        "kinds": kinds,
    }
    if cursor is not None:
        names = ("after_score", "after_entry") if request.grouped else ("after_score", "after_source", "after_id")
        parameters.update(zip(names, cursor.values, strict=True))
    return _sorted(rows_of(sql, parameters))


def _sorted(rows: list[tuple[str, str, int, int, int]]) -> _Found:
    found = _Found([], {}, {}, {}, {})
    for part, value, key, entry, number in rows:
        match part:
            case "row":
                found.rows.append((value, key, entry, number))
            case "below":
                found.below.setdefault(entry, []).append((key, number))
            case "more":
                found.more[entry] = number - len(found.below.get(entry, ()))
            case "count":
                found.counts[value] = number
            case _:
                found.facets.setdefault(part, []).append((value, number))
    return found


def _results(
    shown: list[tuple[str, int, int, int]], found: _Found, marks: Highlighter, *, owners: bool
) -> list[Result]:
    hanging = [place for _, _, entry, _ in shown for place in found.below.get(entry, ())]
    single = [(key, score) for source, key, _, score in shown if source == "o"]
    operations = [*hanging, *single]
    entries = entry_rows({entry for _, _, entry, _ in shown}, owners=owners)
    unexplained = [key for key, score in operations if score < ranked.EXPLAINED_FROM]
    typed = marks.key if marks.is_identifier else ""
    loaded = operation_rows({key for key, _ in operations}, unexplained, typed)
    results = []
    for source, key, entry_id, score in shown:
        entry = entries.get(entry_id)
        if entry is None or (source == "o" and key not in loaded):
            continue
        if source == "o":
            results.append(operation_result(loaded[key], entry, marks, score=score))
            continue
        below = tuple(
            operation_result(loaded[operation], entry, marks, score=number)
            for operation, number in found.below.get(entry_id, ())
            if operation in loaded
        )
        more: Mapping[str, Any] = {} if source else {"matched": Matched()}
        results.append(
            entry_result(
                entry, marks, score=score, operations=below, more_operations=found.more.get(entry_id, 0), **more
            )
        )
    return results
