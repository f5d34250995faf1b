"""Writes rows of a model with COPY: half the time of INSERT, and most of a load is rows."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def copy_in(rows: Iterable[Row]) -> list[Row]:
    """The rows, written in their order, each with its new id; all are of one model."""
    written = list(rows)
    if not written:
        return written
    table = written[0]._meta.db_table
    fields = written[0]._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sequence, [table, len(written)])
        for row, (new_id,) in zip(written, cursor.fetchall(), strict=True):
            row.pk = new_id
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in written:
                copy.write_row([field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields])
    return written
