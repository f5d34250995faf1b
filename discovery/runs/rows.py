"""The statements that write a change set: a few for thousands of rows, and none for a row that stays as it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce

from discovery.models import DiscoveredService, Hold, Source
from discovery.querysets import DiscoveredServiceQuerySet
from discovery.states import state_of

BATCH = 1000
TABLE = DiscoveredService._meta.db_table


def insert(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The rows are in the table; one COPY."""
    named = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} ({named}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def update(types: Mapping[str, str], rows: Iterable[Sequence[Any]], *, sets: str, where: str = "") -> set[int]:
    """The ids of the rows that were updated; one statement for each thousand.

    A row of values is ``r`` in ``sets`` and ``where``, the table is ``d``; ``types`` maps the columns of ``r`` to
    their types, the first being ``id``.
    """
    arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
    statement = (
        f"UPDATE {TABLE} AS d SET {sets} FROM unnest({arrays}) AS r ({', '.join(types)}) "  # noqa: S608 - our own words
        f"WHERE d.id = r.id {where} RETURNING d.id"
    )
    updated: set[int] = set()
    remaining = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(remaining, BATCH)):
            cursor.execute(statement, [list(column) for column in zip(*batch, strict=True)])
            updated.update(id_ for (id_,) in cursor.fetchall())
    return updated


def types_of(columns: Iterable[str]) -> dict[str, str]:
    """The database's type of each column; a value too long for it is cut."""
    return {name: str(DiscoveredService._meta.get_field(name).db_type(connection)) for name in columns}


def mark_returned(standing: Mapping[int, str], ids: Collection[int]) -> None:
    """These rows are there: neither missing nor retired for it, nor held."""
    for name, rows in _by_standing(standing, ids):
        rows.update(missing_since=None, retired_at=None, last_seen_at=None, hold="", state=state_of(name, None, None))


def mark_missing(source: Source, standing: Mapping[int, str], ids: Collection[int], since: datetime) -> None:
    """These rows are gone since then; they were last seen by the run before."""
    for name, rows in _by_standing(standing, ids):
        state = state_of(name, since, None)
        rows.update(missing_since=since, last_seen_at=_last_seen(source), hold="", state=state)


def mark_held(source: Source, ids: Collection[int]) -> None:
    """These rows are part of a loss that a person is asked about."""
    for rows in _batches(ids):
        rows.update(hold=Hold.HELD, last_seen_at=_last_seen(source))


def mark_rejected(ids: Collection[int]) -> None:
    """A person does not believe that these rows are gone."""
    for rows in _batches(ids):
        rows.update(hold=Hold.REJECTED)


def mark_unseen(source: Source, ids: Collection[int]) -> None:
    """These rows were not seen, and nothing follows from it but when they were last."""
    for rows in _batches(ids):
        rows.update(last_seen_at=_last_seen(source))


def _last_seen(source: Source) -> Coalesce:
    before = Value(source.seen_at, output_field=DateTimeField())
    return Coalesce(F("last_seen_at"), before, F("first_seen_at"))


def _batches(ids: Collection[int]) -> Iterable[DiscoveredServiceQuerySet]:
    remaining = iter(sorted(ids))
    while batch := list(islice(remaining, BATCH)):
        yield DiscoveredService.objects.filter(pk__in=batch)


def _by_standing(standing: Mapping[int, str], ids: Collection[int]) -> Iterable[tuple[str, DiscoveredServiceQuerySet]]:
    """The rows with each standing, as long as they still have it: a person may decide at this very moment."""
    groups: dict[str, list[int]] = {}
    for id_ in ids:
        groups.setdefault(standing[id_], []).append(id_)
    for name, members in sorted(groups.items()):
        for rows in _batches(members):
            yield name, rows.filter(standing=name)
