"""Pages by key, never by offset: the cost of a page does not depend on how far down it is.

A cursor is the ordering values of the row at the edge of a page, so rows that come or go between two requests
neither repeat nor hide others. The ordering must end in a unique field and name no field that can be null.
"""

import base64
import binascii
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import DataError, connection
from django.db.models import Count as Aggregate
from django.db.models import Model, Q, QuerySet

from common.errors import Invalid

COUNT_LIMIT = 10_000
_COUNTED = "(SELECT count(*) FROM ({}) AS bounded)"
FOREIGN = "This cursor does not belong to this list."


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the cursors of its neighbours (``None`` where there is none)."""

    items: list[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are: exact up to the limit, ``exact=False`` meaning «at least this many»."""

    value: int
    exact: bool


def bounded_count(queryset: QuerySet, limit: int = COUNT_LIMIT) -> Count:
    """Count at most ``limit`` rows; one query."""
    found = queryset.order_by().values("pk")[: limit + 1].count()
    return Count(min(found, limit), found <= limit)


def bounded_counts(querysets: Sequence[QuerySet], limit: int = COUNT_LIMIT) -> list[Count]:
    """Count at most ``limit`` rows of each; one query for all of them."""
    statements, values = [], []
    for queryset in querysets:
        try:
            sql, parameters = queryset.order_by().values("pk")[: limit + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, parameters = "SELECT 1 WHERE false", ()
        statements.append(_COUNTED.format(sql))
        values.extend(parameters)
    if not statements:
        return []
    # Only what the database's own compiler wrote is put together here; every value stays a parameter.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(statements)}", values)
        numbers = cursor.fetchone()
    return [Count(min(number, limit), number <= limit) for number in numbers]


def counts_in_one_pass(queryset: QuerySet, conditions: Sequence[Q], limit: int = COUNT_LIMIT) -> list[Count]:
    """Count the rows of ``queryset`` that meet each condition, told up to ``limit``; one query.

    It reads all the rows once, where ``bounded_counts`` finds them anew for each count: for what words find.
    """
    counted = {f"count_{at}": Aggregate("pk", filter=condition) for at, condition in enumerate(conditions)}
    numbers = queryset.order_by().aggregate(**counted)
    return [Count(min(numbers[name], limit), numbers[name] <= limit) for name in counted]


def page_of(queryset: QuerySet, *, ordering: Sequence[str], limit: int, cursor: str | None = None) -> Page:
    """Return one page of ``queryset`` in ``ordering`` (``-name`` descends); one query.

    Raises ``Invalid`` on field ``cursor`` when it was not made for this ordering.
    """
    backwards, values = _decode(cursor, ordering) if cursor is not None else (False, None)
    fields = [_reversed(field) for field in ordering] if backwards else list(ordering)
    rows = queryset.order_by(*fields)
    try:
        if values is not None:
            rows = rows.filter(_beyond(fields, values))
        items = list(rows[: limit + 1])
    except (TypeError, ValueError, ValidationError, DataError):
        # A moment may be one to Python and not to PostgreSQL.
        raise Invalid({"cursor": FOREIGN}) from None
    more = len(items) > limit
    items = items[:limit]
    if backwards:
        items.reverse()
    has_next = bool(items) if backwards else more
    has_previous = more if backwards else (values is not None and bool(items))
    return Page(
        items,
        _encode(False, items[-1], ordering) if has_next else None,
        _encode(True, items[0], ordering) if has_previous else None,
    )


def page_of_list(items: Sequence[Any], *, ordering: Sequence[str], limit: int, cursor: str | None = None) -> Page:
    """The same of objects that are all at hand, such as sums, which no index holds; no query.

    The ordering names attributes that tell any two of them apart.
    """
    backwards, values = _decode(cursor, ordering) if cursor is not None else (False, None)
    ordered = list(items)
    for field in reversed(ordering):
        ordered.sort(key=attrgetter(field.lstrip("-")), reverse=field.startswith("-"))
    if values is None:
        start = 0
    else:
        try:
            start = _place_of(values, ordered, ordering, after=not backwards)
        except TypeError:
            raise Invalid({"cursor": FOREIGN}) from None
    end = start + limit
    if backwards:
        start, end = max(start - limit, 0), start
    shown = ordered[start:end]
    return Page(
        shown,
        _encode(False, shown[-1], ordering) if shown and end < len(ordered) else None,
        _encode(True, shown[0], ordering) if shown and start > 0 else None,
    )


def _place_of(values: Sequence[Any], ordered: Sequence[Any], ordering: Sequence[str], *, after: bool) -> int:
    """Where a row with these values stands, or would stand; ``after`` is the place behind it."""

    def compared(item: Any) -> int:
        for field, value in zip(ordering, values, strict=True):
            own = getattr(item, field.lstrip("-"))
            if own != value:
                return 1 if (own > value) != field.startswith("-") else -1
        return 0

    return bisect_left(ordered, 1 if after else 0, key=compared)


def _reversed(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _beyond(fields: Sequence[str], values: Sequence[Any]) -> Q:
    condition = Q()
    for position in range(len(fields)):
        equal = {fields[i].lstrip("-"): values[i] for i in range(position)}
        field = fields[position]
        name, lookup = field.lstrip("-"), "lt" if field.startswith("-") else "gt"
        condition |= Q(**equal, **{f"{name}__{lookup}": values[position]})
    return condition


def _encode(backwards: bool, item: Model | dict, ordering: Sequence[str]) -> str:
    values = [_plain(_value(item, field.lstrip("-"))) for field in ordering]
    plain = orjson.dumps([int(backwards), _mark(ordering), *values])
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _mark(ordering: Sequence[str]) -> int:
    """A number that tells cursors of different orderings apart; a mistake is caught, forgery would gain nothing."""
    return zlib.crc32(",".join(ordering).encode())


def _value(item: Any, name: str) -> Any:
    for part in name.split("__"):
        item = item[part] if isinstance(item, dict) else getattr(item, part)
    return item


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _decode(cursor: str, ordering: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        backwards, mark, *values = decoded
    except (ValueError, TypeError, binascii.Error, orjson.JSONDecodeError):
        raise Invalid({"cursor": "This cursor cannot be read."}) from None
    plain = all(isinstance(value, str | int | float | bool) and "\x00" not in str(value) for value in values)
    if len(values) != len(ordering) or mark != _mark(ordering) or backwards not in (0, 1) or not plain:
        raise Invalid({"cursor": FOREIGN})
    return bool(backwards), values
