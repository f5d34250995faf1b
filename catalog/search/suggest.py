"""Rows below the search box while somebody types: titles and operations that begin with what is there."""

from itertools import groupby

from accounts.actor import Actor
from catalog.search.display import entry_rows, operation_rows
from catalog.search.filtering import Conditions
from catalog.search.highlight import highlighter_of
from catalog.search.scope import knows_owners, scopes_of
from catalog.search.statements import rows_of
from catalog.search.stems import stems_of
from catalog.search.terms import NOTHING, Terms, terms_of
from catalog.search.text import parse
from catalog.search.values import KINDS, OPERATION, Suggestion, SuggestionGroup

ENTRIES_AT_MOST = 5
OPERATIONS_AT_MOST = 3
_READ_AT_MOST = 200


def suggest(actor: Actor, q: str) -> tuple[SuggestionGroup, ...]:
    """At most eight suggestions, grouped by kind; four queries, none for what is too short to mean anything."""
    query = parse(q)
    scopes = scopes_of(actor)
    if scopes == [] or len(q.strip()) < 2 or query.is_empty:
        return ()
    stems = stems_of(query.words)
    terms = terms_of(query, stems, owners=knows_owners(scopes))
    if terms.is_nothing:
        return ()
    found = _find(terms, Conditions(scopes, {}))
    entries = entry_rows({entry for _, _, entry in found}, owners=knows_owners(scopes))
    operations = operation_rows({row for source, row, _ in found if source == "o"})
    marks = highlighter_of(query, stems)
    suggestions = []
    for source, row, entry in found:
        if entry not in entries or (source == "o" and row not in operations):
            continue
        api = entries[entry]
        if source == "o":
            operation = operations[row]
            title = operation["summary"] or operation["path"]
            suggestions.append(
                Suggestion(
                    OPERATION,
                    operation["slug"],
                    title,
                    marks.mark(title).segments,
                    detail=api["title"],
                    api=api["name"],
                    version=api["version"],
                    operation=operation["slug"],
                    method=operation["method"],
                    path=operation["path"],
                )
            )
        else:
            suggestions.append(
                Suggestion(
                    api["kind"],
                    api["name"],
                    api["title"],
                    marks.mark(api["title"]).segments,
                    detail=api["domain_title"] or api["owner_title"],
                    api=api["name"] if api["kind"] == "api" else "",
                    version=api["version"],
                    parent_kind=api["parent_kind"],
                    parent=api["parent_name"],
                )
            )
    suggestions.sort(key=lambda suggestion: KINDS.index(suggestion.kind))
    return tuple(
        SuggestionGroup(kind, tuple(rows))
        for kind, rows in groupby(suggestions, key=lambda suggestion: suggestion.kind)
    )


def _find(terms: Terms, conditions: Conditions) -> list[tuple[str, int, int]]:
    """(source, id, entry) of the best titles and operations: the nearest of the first that the indexes give."""
    title = [match for match in ("title", "key") if getattr(terms, match) != NOTHING]
    paths = [match for match in ("path", "path_part") if getattr(terms, match) != NOTHING]
    entries = _some("e", "catalog_entrydocument", "id", "id", title, conditions, ENTRIES_AT_MOST)
    operations = _some(
        "o", "catalog_operationdocument", "operation_id", "entry_id", paths or title, conditions, OPERATIONS_AT_MOST
    )
    parameters = {
        **conditions.parameters,
        "title": terms.title,
        "key": terms.key,
        "path": terms.path,
        "path_part": terms.path_part,
    }
    return rows_of(f"{entries} UNION ALL {operations}", parameters)


def _some(source: str, table: str, key: str, entry: str, matches: list[str], conditions: Conditions, limit: int) -> str:
    wanted = " || ".join(f"%({match})s::tsquery" for match in matches or ("key",))
    return (
        f"(SELECT '{source}' AS source, id, entry FROM (SELECT d.{key} AS id, d.{entry} AS entry, d.title_words, d.rank"
        f" FROM {table} AS d WHERE {conditions.where(f'd.vector @@ ({wanted})')} LIMIT {_READ_AT_MOST}) AS nearby"
        f" ORDER BY title_words, rank DESC, id LIMIT {limit})"
    )
