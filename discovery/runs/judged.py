"""Asking for judgements, and which of them differ from what is stored. What a person decided is not asked again."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Q, QuerySet

from discovery.facts import Spotted
from discovery.judging import Decided, Judgement, judge, load_context
from discovery.models import DiscoveredService, Source, Standing, Tombstone
from discovery.rejudging import decided_of
from discovery.runs.known import CHUNK, OPEN

COLUMNS = tuple(field.name for field in fields(Judgement))
_SETTLED = (Standing.PUBLISHED, Standing.RETIRED)


@dataclass(frozen=True, slots=True)
class Judgements:
    """Of new observations in their order; of known rows by id, only where it is another than before.

    ``newly_ignored`` rows were not ignored before; ``relinked`` rows are or were a place of a service by it.
    """

    new: list[Judgement]
    differing: dict[int, Judgement]
    newly_ignored: int
    relinked: set[int]


def judgements(
    source: Source, new: list[Spotted], seen: Mapping[int, Spotted], changed: Collection[int], *, with_open: bool = True
) -> Judgements:
    """The judgement of each new observation, and of known ones where it differs from the stored one.

    Known ones are asked about when they changed, and ``with_open`` while no person has decided: what is in the catalog
    or in the rules may be other than at the last run.
    """
    if not (with_open or new or changed):
        return Judgements([], {}, 0, set())
    stored = [row for row in _stored(source.pk, changed, with_open) if row[0] in seen]
    context = load_context(source, [*new, *(seen[id_] for id_, _, _ in stored)])
    differing: dict[int, Judgement] = {}
    relinked: set[int] = set()
    nothing = Decided()
    fresh = [judge(spotted, nothing, context) for spotted in new]
    newly_ignored = sum(judgement.standing == Standing.IGNORED for judgement in fresh)
    for id_, decided, before in stored:
        after = _settled(judge(seen[id_], decided, context), decided)
        if after == before:
            continue
        differing[id_] = after
        newly_ignored += after.standing == Standing.IGNORED != before.standing
        if before.service_id is not None or after.service_id is not None:
            relinked.add(id_)
    return Judgements(fresh, differing, newly_ignored, relinked)


def _settled(judgement: Judgement, decided: Decided) -> Judgement:
    """The judgement without what is no longer open: a person's decision, and what is published."""
    if decided.is_tombstoned or decided.standing in _SETTLED:
        judgement = replace(judgement, standing=decided.standing, is_pending=False)
    if decided.is_pinned or decided.standing in _SETTLED:
        judgement = replace(judgement, service_id=decided.service_id, match_reason=decided.match_reason)
    return judgement


def _stored(source_id: int, changed: Collection[int], with_open: bool) -> Iterator[tuple[int, Decided, Judgement]]:
    """Rows that changed, or are open, with what was decided about them and how they were judged; two queries."""
    rows, decided = DiscoveredService.objects.filter(source=source_id), Tombstone.objects.all()
    if with_open:
        rows = rows.filter(Q(standing__in=OPEN) | Q(pk__in=list(changed)))
        tombstones = _by_row(decided.filter(discovered__source=source_id))
    elif changed:
        rows = rows.filter(pk__in=list(changed))
        tombstones = _by_row(decided.filter(discovered__in=list(changed)))
    else:
        return
    for row in rows.values_list("id", "is_pinned", "chosen", *COLUMNS, named=True).iterator(CHUNK):
        yield row.id, decided_of(row, tombstones.get(row.id, ())), Judgement(*row[3:])


def _by_row(tombstones: QuerySet[Tombstone]) -> Mapping[int, list[Any]]:
    """What people decided about rows, lifted or not."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in tombstones.values_list("discovered_id", "verdict", "service_id", "lifted_at", named=True).iterator(
        CHUNK
    ):
        found[row.discovered_id].append(row)
    return found
