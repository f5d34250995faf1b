"""Runs the statements of search."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

# The planner takes a match of words for as cheap as a comparison of numbers, and so would rather read a whole table
# than the word index. The setting ends with the statement, or with the transaction it is in.
_BY_INDEX = "SET LOCAL enable_seqscan = off; "


def rows_of(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that matches words; one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_INDEX + sql, parameters)
        cursor.nextset()
        return cursor.fetchall()
