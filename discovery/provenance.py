"""Which source speaks for a field of a catalog service, and what it says when a person has the last word."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from catalog.models import Service
from catalog.usecases.edit_services import edit_services
from common.rows import update_rows
from discovery.actors import discovery
from discovery.models import DiscoveredService, Provenance, Standing
from discovery.statements import Statement, plain, statements_of

_BATCH = 1_000
_WRITTEN = ("discovered", "rule", "written", "said", "reason", "written_at", "said_at")
_PLACE = ("source", "environment", "proposed_owner", "proposed_domain", "proposed_system")


def restate(discovered_ids: Collection[int], now: datetime, *, made: Collection[int] = ()) -> None:
    """Bring the catalog's fields and their provenance in step with what these rows say now; set-based.

    Only fields that discovery wrote and nobody changed since are written, and those that were always empty. ``made``
    are services that discovery has just made: all of their values are its own. Runs in the caller's transaction.
    """
    restate_services(_services_of(discovered_ids), now, made=made)


def restate_services(service_ids: Collection[int], now: datetime, *, made: Collection[int] = ()) -> None:
    """The same for all that is said of these services, after places of theirs came or went."""
    of_made = frozenset(made)
    ordered = sorted(service_ids)
    for start in range(0, len(ordered), _BATCH):
        _restate_batch(ordered[start : start + _BATCH], now, of_made)


def _restate_batch(service_ids: Collection[int], now: datetime, made: frozenset[int]) -> None:
    places = _places_of(service_ids)
    if not places:
        return
    # Locked in the order of their ids, so that nobody changes a field between the look and the write.
    services = Service.objects.filter(pk__in=places).select_related("owner", "domain", "system")
    services = services.select_for_update(of=("self",)).order_by("pk")
    known = _provenance_of(places)
    restating = _Restating(now, made)
    for service in services:
        restating.service(service, statements_of(places[service.pk]), known.get(service.pk, {}))
    restating.write()


class _Restating:
    """The differences of many services, collected and written at once."""

    def __init__(self, now: datetime, made: frozenset[int]) -> None:
        self.now, self.made = now, made
        self.values: dict[Service, dict[str, Any]] = {}
        self.new: list[Provenance] = []
        self.changed: list[Provenance] = []

    def service(self, service: Service, said: dict[str, Statement], known: dict[str, Provenance]) -> None:
        for field, statement in said.items():
            stored = known.get(field)
            row = stored or self._first_of(service, field, statement)
            is_changed = self._field(service, field, statement, row)
            if stored is None:
                self.new.append(row)
            elif is_changed:
                self.changed.append(row)

    def _first_of(self, service: Service, field: str, statement: Statement) -> Provenance:
        """Discovery speaks of the field for the first time: what it made it wrote, what it finds it did not."""
        written = plain(getattr(service, field)) if service.pk in self.made else None
        return Provenance(
            service=service,
            field=field,
            discovered=statement.place,
            written=written,
            written_at=self.now,
            said_at=self.now,
        )

    def _field(self, service: Service, field: str, statement: Statement, row: Provenance) -> bool:
        """Whether the provenance differs; what is to be written to the service is noted."""
        before = (row.discovered_id, row.rule_id, row.said, row.reason, row.written)
        row.discovered, row.rule_id = statement.place, statement.place.rule_id
        row.said, row.reason = statement.plain, statement.reason
        current = plain(getattr(service, field))
        # A source that no longer says anything takes nothing back.
        if current == row.written and statement.plain not in (None, current):
            self.values.setdefault(service, {})[field] = statement.value
            row.written, row.written_at = statement.plain, self.now
        differs = before != (row.discovered_id, row.rule_id, row.said, row.reason, row.written)
        if differs:
            row.said_at = self.now
        return differs

    def write(self) -> None:
        Provenance.objects.bulk_create(self.new, batch_size=_BATCH)
        update_rows(self.changed, _WRITTEN)
        if self.values:
            edit_services(actor=discovery(), values=self.values, now=self.now)


def _services_of(discovered_ids: Collection[int]) -> list[int]:
    published = DiscoveredService.objects.filter(pk__in=discovered_ids, standing=Standing.PUBLISHED)
    return list(published.exclude(service=None).values_list("service_id", flat=True).distinct())


def _places_of(service_ids: Collection[int]) -> dict[int, list[DiscoveredService]]:
    """The places that are there, by service: what is missing has no say any more, and unsays nothing."""
    rows = DiscoveredService.objects.filter(
        service__in=service_ids, standing=Standing.PUBLISHED, missing_since=None
    ).select_related(*_PLACE)
    places: dict[int, list[DiscoveredService]] = {}
    for row in rows.defer("facts"):
        places.setdefault(row.service_id, []).append(row)
    return places


def _provenance_of(service_ids: Iterable[int]) -> dict[int, dict[str, Provenance]]:
    known: dict[int, dict[str, Provenance]] = {}
    for row in Provenance.objects.filter(service__in=list(service_ids)):
        known.setdefault(row.service_id, {})[row.field] = row
    return known
