"""Runs the statements of search, each planned once a connection.

Planning one takes longer than running it, so they are prepared, and the connection is set to keep one plan for all
values (``plan_cache_mode`` in the settings). The planner then knows nothing of a word and takes the word index, which
is what is wanted; where another index is, the statement leaves it no choice. Values have the same type whatever they
are, since a statement is prepared again for other types.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8


class _Prepared(psycopg.Cursor):
    def execute(self, query: Any, params: Any = None, **_: Any) -> "_Prepared":
        return super().execute(query, params, prepare=True)


def run(sql: str, parameters: Mapping[str, Any]) -> None:
    """Execute a statement that gives no rows."""
    _run(sql, parameters)


def rows_of(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with named parameters; one round trip."""
    return _run(sql, parameters)[1]


def records_of(sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same with the names of the columns."""
    names, rows = _run(sql, parameters)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _run(sql: str, parameters: Mapping[str, Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
    connection.ensure_connection()
    # Django switches preparing off for poolers that mix up connections; those of today follow prepared statements.
    connection.connection.prepare_threshold = 0
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(_Prepared(connection.connection)) as cursor:
        cursor.execute(sql, {name: _typed(value) for name, value in parameters.items()})
        if cursor.description is None:
            return [], []
        return [column.name for column in cursor.description], cursor.fetchall()


def _typed(value: Any) -> Any:
    if isinstance(value, int):
        return Int8(value)
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return value
