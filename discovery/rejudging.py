"""Judging rows that are stored, after a person decided something about them."""

from collections.abc import Collection, Sequence
from itertools import groupby

from discovery.facts import Spotted, seen_in
from discovery.judging import Decided, Judgement, judge, load_context
from discovery.models import LEFT_OUT, DiscoveredService, Tombstone, Verdict
from discovery.states import state_of

_IDS = (
    "service_id", "rule_id", "proposed_owner_id", "proposed_domain_id", "proposed_system_id", "standing",
    "match_reason", "is_pending", "proposed_title", "proposed_description", "proposed_kind", "proposed_visibility",
)  # fmt: skip
#: The columns that judging writes, as ``common.rows.update_rows`` takes them.
JUDGED = (*(name.removesuffix("_id") for name in _IDS), "reasons", "state")


def judge_again(rows: Sequence[DiscoveredService]) -> None:
    """Set, not save, what follows from the facts and from what was decided; the rows come with their source.

    A few queries for each source.
    """
    tombstones = _tombstones(rows)
    for _, group in groupby(sorted(rows, key=lambda row: (row.source_id, row.key)), key=lambda row: row.source_id):
        of_source = list(group)
        spotted = [Spotted(seen_in(row)) for row in of_source]
        context = load_context(of_source[0].source, spotted)
        for row, seen in zip(of_source, spotted, strict=True):
            take(row, judge(seen, decided_of(row, tombstones.get(row.pk, ())), context))


def decided_of(row: DiscoveredService, tombstones: Collection[Tombstone]) -> Decided:
    """What people and earlier runs decided; ``tombstones`` are those of the row, or alike, lifted ones too."""
    standing = [tombstone for tombstone in tombstones if tombstone.lifted_at is None]
    is_left_out = any(tombstone.verdict in LEFT_OUT for tombstone in standing)
    return Decided(
        standing=row.standing,
        service_id=row.service_id,
        match_reason=row.match_reason,
        is_pinned=row.is_pinned,
        is_tombstoned=is_left_out,
        is_restored=not is_left_out and any(tombstone.verdict in LEFT_OUT for tombstone in tombstones),
        parted=frozenset(tombstone.service_id for tombstone in standing if tombstone.verdict == Verdict.PARTED),
        chosen=row.chosen,
    )


def take(row: DiscoveredService, judgement: Judgement) -> None:
    """Set, not save, the row's columns as judged."""
    for name in _IDS:
        setattr(row, name, getattr(judgement, name))
    row.reasons = dict(judgement.reasons)
    row.state = state_of(row.standing, row.missing_since, row.retired_at)


def _tombstones(rows: Sequence[DiscoveredService]) -> dict[int, list[Tombstone]]:
    found: dict[int, list[Tombstone]] = {}
    for tombstone in Tombstone.objects.filter(discovered__in=[row.pk for row in rows]):
        found.setdefault(tombstone.discovered_id, []).append(tombstone)
    return found
