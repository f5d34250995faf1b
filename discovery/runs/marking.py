"""Marking rows by the thousand: there again, gone, held, not seen. The caller holds the lock of the source."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import islice

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce

from discovery.models import DiscoveredService, Hold, Source
from discovery.querysets import DiscoveredServiceQuerySet
from discovery.states import state_of

BATCH = 1000


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


def mark_watched(ids: Collection[int], now: datetime) -> None:
    """A watch wrote these rows: what a run saw before is older."""
    for rows in _batches(ids):
        rows.update(watched_at=now)


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
    """The rows with each standing, on which their state depends."""
    groups: dict[str, list[int]] = {}
    for id_ in ids:
        groups.setdefault(standing[id_], []).append(id_)
    for name, members in sorted(groups.items()):
        for rows in _batches(members):
            yield name, rows
