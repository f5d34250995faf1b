"""A partition for each day of usage: made when it is needed, dropped whole when its time is over.

A day is made beside the table and put into it afterwards, which takes no lock that readers or writers wait for.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from common.locks import lock_until_commit

TABLES = ("gateway_usage", "gateway_latency", "gateway_usage_span")
_AHEAD_DAYS = 2
_BATCHES_DAYS = 30


def make_for(days: Iterable[date]) -> None:
    """There is a partition for each of these days. Not within a transaction that writes usage."""
    each = set(days)
    wanted = {_name(table, day): (table, day) for table in TABLES for day in each}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s)", [list(wanted)])
        missing = sorted(wanted.keys() - {name for (name,) in cursor.fetchall()})
    if not missing:
        return
    with transaction.atomic():
        lock_until_commit("gateway.usage.partitions")
        for name in missing:
            _make(name, *wanted[name])


def make_ahead(now: datetime) -> None:
    """Today and the days to come have their partitions."""
    today = now.astimezone(UTC).date()
    make_for(today + timedelta(days=ahead) for ahead in range(_AHEAD_DAYS + 1))


def drop_before(day: date) -> list[str]:
    """Partitions of earlier days are gone; their names are returned."""
    dropped = []
    with transaction.atomic(), connection.cursor() as cursor:
        lock_until_commit("gateway.usage.partitions")
        for table in TABLES:
            cursor.execute(_PARTITIONS, [table])
            for (name,) in cursor.fetchall():
                if name < _name(table, day):
                    cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")
                    dropped.append(name)
    return dropped


def forget_batches(now: datetime) -> None:
    """Batches that no agent can send again any more are not known any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM gateway_batch WHERE received_at < %s", [now - timedelta(days=_BATCHES_DAYS)])


def forget_batches_of(gateway_id: int) -> None:
    """The gateway sends no more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM gateway_batch WHERE gateway_id = %s", [gateway_id])


_PARTITIONS = """
    SELECT child.relname FROM pg_inherits
    JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
    JOIN pg_class AS parent ON parent.oid = pg_inherits.inhparent
    WHERE parent.relname = %s ORDER BY child.relname
"""


def _name(table: str, day: date) -> str:
    return f"{table}_{day:%Y%m%d}"


def _make(name: str, table: str, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return  # somebody else made it while this one waited
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)")
        bounds = f"FROM ('{day:%Y-%m-%d} 00:00+00') TO ('{day + timedelta(days=1):%Y-%m-%d} 00:00+00')"
        cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES {bounds}")
