"""Writing some columns of many rows in one statement, where a CASE for each row and column would cost more."""

import json
from collections.abc import Sequence

from django.db import connection
from django.db.models import CharField, Field, JSONField, Model

_BATCH = 1_000


def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write these fields of these rows as they are, a thousand rows a statement; nothing else of them is touched."""
    if not rows:
        return
    model = type(rows[0])
    columns = [model._meta.get_field(field) for field in fields]
    key = model._meta.pk
    statement = _statement(model._meta.db_table, key, columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            values = [[row.pk for row in batch], *(_values(column, batch) for column in columns)]
            cursor.execute(statement, values)


def _statement(table: str, key: Field, columns: Sequence[Field]) -> str:
    quote = connection.ops.quote_name
    names = [quote(column.column) for column in columns]
    sets = ", ".join(f"{name} = given.{name}" for name in names)
    arrays = ", ".join(_array(column) for column in (key, *columns))
    given = ", ".join((quote(key.column), *names))
    return (
        f"UPDATE {quote(table)} AS kept SET {sets} FROM unnest({arrays}) AS given ({given})"  # noqa: S608 - names of models
        f" WHERE kept.{quote(key.column)} = given.{quote(key.column)}"
    )


def _array(column: Field) -> str:
    if isinstance(column, JSONField):
        # A list of JSON would be taken for one JSON array.
        return "%s::text[]::jsonb[]"
    # Text without its length: a cast would cut what is too long, the column refuses it.
    kind = "text" if isinstance(column, CharField) else _kind(column)
    return f"%s::{kind}[]"


def _kind(column: Field) -> str:
    return column.db_type(connection) if column.remote_field else column.rel_db_type(connection)


def _values(column: Field, rows: Sequence[Model]) -> list[object]:
    values = (getattr(row, column.attname) for row in rows)
    if isinstance(column, JSONField):
        return [json.dumps(value, cls=column.encoder) for value in values]
    return [column.get_db_prep_save(value, connection) for value in values]
