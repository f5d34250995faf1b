"""Keeps the search documents in step with the catalog.

A writer calls these inside its own transaction, so what it wrote is found from its commit on. Each is a few set-based
statements, safe to repeat; none takes a lock that another writer of another entry would wait for.
"""

from collections.abc import Collection

from django.db import connection, transaction

from catalog.search.documents_sql import ENTRIES, FORGET_OPERATIONS, OPERATIONS, TABLES, narrowed
from catalog.search.statements import rows_of, run


def reindex_api(api_id: int) -> None:
    """Write the documents of an API, of its current version's operations and of its pages; four statements."""
    _reindex("api", [api_id])


def reindex_service(service_id: int) -> None:
    """Write the documents of a service and of its pages."""
    _reindex("service", [service_id])


def reindex_services(service_ids: Collection[int]) -> None:
    """Write the documents of these services and of their pages; two statements for all of them."""
    if service_ids:
        _reindex("service", sorted(service_ids))


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
    gone = "kind = %(kind)s AND object_id = %(id)s"
    run(
        f"DELETE FROM catalog_operationdocument WHERE entry_id IN (SELECT id FROM catalog_entrydocument WHERE {gone})",
        {"kind": kind, "id": object_id},
    )
    run(f"DELETE FROM catalog_entrydocument WHERE {gone}", {"kind": kind, "id": object_id})


def rebuild() -> None:
    """Write every document again and forget those about nothing; the facet counts follow by their trigger."""
    with transaction.atomic():
        for kind, table in TABLES.items():
            gone = f"kind = %(kind)s AND NOT EXISTS (SELECT FROM {table} WHERE id = object_id)"
            run(
                "DELETE FROM catalog_operationdocument WHERE entry_id IN"
                f" (SELECT id FROM catalog_entrydocument WHERE {gone})",
                {"kind": kind},
            )
            run(f"DELETE FROM catalog_entrydocument WHERE {gone}", {"kind": kind})
            run(narrowed(ENTRIES[kind]), {})
        run(narrowed(FORGET_OPERATIONS), {})
        run(narrowed(OPERATIONS), {})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_entrydocument")
        cursor.execute("ANALYZE catalog_operationdocument")


def _reindex(kind: str, ids: list[int]) -> None:
    _write(kind, ids)
    if kind == "api":
        run(narrowed(FORGET_OPERATIONS, "api.id"), {"ids": ids})
        run(narrowed(OPERATIONS, "api.id"), {"ids": ids})
    run(narrowed(ENTRIES["page"], f"entry.{kind}_id"), {"ids": ids})


def _reindex_group(kind: str, column: str, group_id: int) -> None:
    _write(kind, [group_id])
    for entry_kind in ("api", "service"):
        rows = rows_of(f"SELECT id FROM {TABLES[entry_kind]} WHERE {column} = %(group)s", {"group": group_id})
        if rows:
            _write(entry_kind, [row[0] for row in rows])


def _write(kind: str, ids: list[int]) -> None:
    run(narrowed(ENTRIES[kind], "entry.id"), {"ids": ids})
