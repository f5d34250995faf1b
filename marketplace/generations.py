"""Telling the gateways that something changed which they have to do.

One row counts. Whoever changes what an API's gateways have to do takes the next number as the last statement of the
transaction and holds the row until it commits: numbers become visible in their order, and who has seen one has seen
all below it. What was changed keeps the number, and is in force where a gateway has acknowledged that number
or a later one.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

#: The channel on which PostgreSQL wakes those who wait for a generation.
CHANNEL = "portico_gateway"

_ADVANCE = """
    INSERT INTO marketplace_generation AS counter (id, value) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET value = counter.value + 1 RETURNING value
"""
_MARK = """
    INSERT INTO marketplace_enforcedapi (api_id, generation, changed_at)
    SELECT api_id, %s, %s FROM unnest(%s::bigint[]) AS given (api_id) ORDER BY api_id
    ON CONFLICT (api_id) DO UPDATE SET generation = excluded.generation, changed_at = excluded.changed_at
"""


def next_generation() -> int:
    """The number of the change that the running transaction makes; nobody else gets one until it ends.

    Take it late: others wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE)
        return cursor.fetchone()[0]


def advance(api_ids: Collection[int], now: datetime) -> int:
    """What gateways have to do for these APIs is new as of the generation returned; they hear of it at commit."""
    generation = next_generation()
    announce(api_ids, generation, now)
    return generation


def announce(api_ids: Collection[int], generation: int, now: datetime) -> None:
    """The same under a number that was taken before."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [generation, now, sorted(set(api_ids))])
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(generation)])


def current() -> int:
    """The last generation that was committed; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(value), 0) FROM marketplace_generation")
        return cursor.fetchone()[0]
