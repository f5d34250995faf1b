"""Locks that end with the transaction, so that a killed worker or a connection pooler never leaves one behind."""

from django.db import connection


def lock_until_commit(name: str) -> None:
    """Wait for, then hold, the lock of that name until the running transaction ends.

    The name is hashed to 64 bits; two names that collide wait for each other, which is slow and not wrong.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def share_until_commit(name: str) -> None:
    """Hold the lock together with others who share it; whoever holds it alone is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def try_lock_until_commit(name: str) -> bool:
    """Hold the lock alone, unless anybody has it now; nobody is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
