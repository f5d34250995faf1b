"""Reads what people and earlier runs decided about stored rows, as values."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from discovery.judging import Decided
from discovery.models import DiscoveredService, Tombstone, Verdict


def load_decisions(rows: Collection[DiscoveredService]) -> dict[int, Decided]:
    """What people and earlier runs decided about each row, by its id; one query."""
    tombstones: dict[int, list[tuple[str, int | None, bool]]] = defaultdict(list)
    found = Tombstone.objects.filter(discovered__in=[row.pk for row in rows])
    for discovered, verdict, service, lifted_at in found.values_list(
        "discovered_id", "verdict", "service_id", "lifted_at"
    ):
        tombstones[discovered].append((verdict, service, lifted_at is None))
    return {row.pk: decided_of(row, tombstones[row.pk]) for row in rows}


def decided_of(row: DiscoveredService, tombstones: Iterable[tuple[str, int | None, bool]]) -> Decided:
    """What was decided about the row; a tombstone is its verdict, its service and whether it still stands."""
    standing = {(verdict, service) for verdict, service, stands in tombstones if stands}
    lifted = {verdict for verdict, _, stands in tombstones if not stands}
    verdicts = {verdict for verdict, _ in standing}
    return Decided(
        standing=row.standing,
        service_id=row.service_id,
        match_reason=row.match_reason,
        is_pinned=row.is_pinned,
        is_tombstoned=not verdicts.isdisjoint({Verdict.IGNORED, Verdict.RETIRED}),
        is_restored=Verdict.IGNORED in lifted and Verdict.IGNORED not in verdicts,
        parted=frozenset(service for verdict, service in standing if verdict == Verdict.PARTED and service),
        chosen=row.chosen,
    )
