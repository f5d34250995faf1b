"""Keeps the search documents in step with the catalog.

A writer calls these inside its own transaction, so what it wrote is found from its commit on. Each is a few set-based
statements, safe to repeat; none takes a lock that another writer of another entry would wait for.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from catalog.search.documents_sql import ENTRIES, FORGET_OPERATIONS, OPERATIONS, TABLES

_KINDS_WITH_PAGES = {"api": "apis", "service": "services"}


def reindex_api(api_id: int) -> None:
    """Write the documents of an API, of its current version's operations and of its pages; four statements."""
    _reindex("api", [api_id])


def reindex_apis(api_ids: Iterable[int]) -> None:
    """The same for many, in the same number of statements."""
    _reindex("api", list(api_ids))


def reindex_service(service_id: int) -> None:
    """Write the documents of a service and of its pages."""
    _reindex("service", [service_id])


def reindex_page(page_id: int) -> None:
    """Write the document of one documentation page; its entry must have been indexed."""
    _write("page", [page_id])


def reindex_team(team_id: int) -> None:
    """Write a team's document and those of the entries that show its title."""
    _reindex_group("team", "owner_id", team_id)


def reindex_domain(domain_id: int) -> None:
    """Write a domain's document and those of the entries that show its title."""
    _reindex_group("domain", "domain_id", domain_id)


def reindex_system(system_id: int) -> None:
    """Write a system's document and those of the entries that show its title."""
    _reindex_group("system", "system_id", system_id)


def remove(kind: str, object_id: int) -> None:
    """Forget an entry (and an API's operations); call it in the transaction that deletes the entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM catalog_operationdocument WHERE entry_id IN"
            " (SELECT id FROM catalog_entrydocument WHERE kind = %s AND object_id = %s)",
            [kind, object_id],
        )
        cursor.execute("DELETE FROM catalog_entrydocument WHERE kind = %s AND object_id = %s", [kind, object_id])


def rebuild(analyze: bool = True) -> None:
    """Write every document again and forget those about nothing; the facet counts follow by their trigger."""
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, table in TABLES.items():
            cursor.execute(
                f"DELETE FROM catalog_operationdocument WHERE entry_id IN (SELECT id FROM catalog_entrydocument AS d"
                f" WHERE kind = %s AND NOT EXISTS (SELECT FROM {table} WHERE id = d.object_id))",
                [kind],
            )
            cursor.execute(
                f"DELETE FROM catalog_entrydocument AS d"
                f" WHERE kind = %s AND NOT EXISTS (SELECT FROM {table} WHERE id = d.object_id)",
                [kind],
            )
            _write(kind, None)
        _write_operations(None)
    if analyze:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE catalog_entrydocument")
            cursor.execute("ANALYZE catalog_operationdocument")


def _reindex(kind: str, ids: list[int]) -> None:
    _write(kind, ids)
    if kind == "api":
        _write_operations(ids)
    _write("page", None, **{_KINDS_WITH_PAGES[kind]: ids})


def _reindex_group(kind: str, column: str, group_id: int) -> None:
    _write(kind, [group_id])
    with connection.cursor() as cursor:
        for entry_kind in ("api", "service"):
            cursor.execute(f"SELECT id FROM {TABLES[entry_kind]} WHERE {column} = %s", [group_id])
            ids = [row[0] for row in cursor.fetchall()]
            if ids:
                _write(entry_kind, ids)


def _write(kind: str, ids: list[int] | None, apis: list[int] | None = None, services: list[int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES[kind], {"ids": ids, "apis": apis, "services": services})


def _write_operations(api_ids: list[int] | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_OPERATIONS, {"ids": api_ids})
        cursor.execute(OPERATIONS, {"ids": api_ids})
