"""Asking for judgements, and which of them differ from what is stored. What a person decided is not asked again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.db.models import Q

from discovery.facts import Spotted
from discovery.judging import Decided, Judgement, judge, load_context
from discovery.models import DiscoveredService, Source, Standing, Tombstone, Verdict
from discovery.runs.known import CHUNK

COLUMNS = tuple(field.name for field in fields(Judgement))
_UNLINKED = (Standing.NEW, Standing.MATCHED, Standing.IGNORED)
_SETTLED = (Standing.PUBLISHED, Standing.RETIRED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A new judgement of a known row, and what it was made of: it is written only while that still holds."""

    id: int
    decided: Decided
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Judgements:
    new: list[Judgement]
    differing: list[Judged]


def judgements(
    source: Source, new: list[Spotted], seen: Mapping[int, Spotted], changed: Collection[int], now: datetime
) -> Judgements:
    """The judgement of each new observation, in order, and of known ones where it differs from the stored one.

    Known ones are asked about when they changed, or while no person has decided: what is in the catalog or in the
    rules may be other than at the last run.
    """
    stored = [row for row in _stored(source.pk, changed) if row[0] in seen]
    context = load_context(source, [*new, *(seen[row[0]] for row in stored)], now)
    differing = []
    for id_, decided, before in stored:
        after = _settled(clipped(judge(seen[id_], decided, context)), decided)
        if after != before:
            differing.append(Judged(id_, decided, after))
    return Judgements([clipped(judge(spotted, Decided(), context)) for spotted in new], differing)


def clipped(judgement: Judgement) -> Judgement:
    """The judgement as its columns hold it."""
    return replace(
        judgement,
        match_reason=judgement.match_reason[:300],
        proposed_title=judgement.proposed_title[:300],
        reasons=dict(judgement.reasons),
    )


def _settled(judgement: Judgement, decided: Decided) -> Judgement:
    """The judgement without what is no longer open: a person's decision, and what is published."""
    if decided.is_tombstoned or decided.standing in _SETTLED:
        judgement = replace(judgement, standing=decided.standing, is_pending=False)
    if decided.is_pinned or decided.standing in _SETTLED:
        judgement = replace(judgement, service_id=decided.service_id, match_reason=decided.match_reason)
    return judgement


def _stored(source_id: int, changed: Collection[int]) -> Iterable[tuple[int, Decided, Judgement]]:
    """Rows that are open or changed, with what was decided about them and how they were judged; two queries."""
    ignored, parted = _tombstones(source_id)
    rows = DiscoveredService.objects.filter(
        Q(standing__in=_UNLINKED) | Q(pk__in=list(changed)), source=source_id
    ).values_list("id", "is_pinned", "chosen", *COLUMNS)
    for id_, is_pinned, chosen, *values in rows.iterator(CHUNK):
        judgement = Judgement(*values)
        yield (
            id_,
            Decided(
                standing=judgement.standing,
                service_id=judgement.service_id,
                match_reason=judgement.match_reason,
                is_pinned=is_pinned,
                is_tombstoned=id_ in ignored,
                parted=parted.get(id_, ()),
                chosen=chosen,
            ),
            judgement,
        )


def _tombstones(source_id: int) -> tuple[set[int], dict[int, set[int]]]:
    """Rows that a person ignored or retired, and the services a person said a row is not."""
    ignored: set[int] = set()
    parted: dict[int, set[int]] = {}
    standing = Tombstone.objects.filter(discovered__source=source_id, lifted_at=None)
    for id_, verdict, service in standing.values_list("discovered_id", "verdict", "service_id").iterator(CHUNK):
        if verdict in (Verdict.IGNORED, Verdict.RETIRED):
            ignored.add(id_)
        elif verdict == Verdict.PARTED:
            parted.setdefault(id_, set()).add(service)
    return ignored, parted
