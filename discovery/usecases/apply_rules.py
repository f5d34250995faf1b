"""Judging what is stored by the rules as they are now, after one of them changed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.actor import Actor
from common.access import require
from common.rows import update_rows
from discovery.locks import lock_source
from discovery.models import LEFT_OUT, DiscoveredService, Rejudging, Standing, Tombstone
from discovery.permissions import Action
from discovery.provenance import restate
from discovery.publishing import publish_batches
from discovery.querysets import DiscoveredServiceQuerySet
from discovery.rejudging import JUDGED, judge_again

_STANDINGS = (Standing.NEW, Standing.MATCHED, Standing.IGNORED, Standing.PUBLISHED)
_COLUMNS = [DiscoveredService._meta.get_field(name).attname for name in JUDGED]


@dataclass(slots=True)
class Applied:
    """How many services were judged, how many of them changed, and how many were published."""

    judged: int = 0
    changed: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True)
class _Due:
    """What is due of a source after a batch."""

    asked_at: datetime
    after_id: int
    has_more: bool


def apply_rules(*, actor: Actor, source_id: int, now: datetime, limit: int = 1_000) -> Applied:
    """The stored services of the source are judged by the rules of now, and what these publish is published.

    What is in the catalog stays there; of its fields those that discovery wrote follow the rules, as in a run. Does
    nothing unless that is due (``Rejudging``). Works in batches of ``limit``, each a transaction of its own under the
    source's lock; whoever is killed, or overtaken by a change of the rules, leaves the rest due. What a person decided
    stays, and only differences are written. Raises ``Denied``.
    """
    require(actor, Action.RULE_MANAGE)
    applied = Applied()
    while (due := _judge_batch(source_id, now, limit, applied)) is not None:
        if due.has_more:
            continue
        applied.published += sum(batch.published for batch in publish_batches(source_id))
        # Unless the rules changed meanwhile, which began it anew.
        Rejudging.objects.filter(source_id=source_id, asked_at=due.asked_at, after_id=due.after_id).delete()
        break
    return applied


def _judge_batch(source_id: int, now: datetime, limit: int, applied: Applied) -> _Due | None:
    with transaction.atomic():
        lock_source(source_id)
        due = Rejudging.objects.select_for_update().filter(source_id=source_id).first()
        if due is None:
            return None
        rows = list(_rows_after(due)[:limit])
        before = {row.pk: _judged(row) for row in rows}
        judge_again(rows)
        changed = [row for row in rows if _judged(row) != before[row.pk]]
        update_rows(changed, JUDGED)
        restate([row.pk for row in changed if row.standing == Standing.PUBLISHED], now)
        if rows:
            due.after_id = rows[-1].pk
            due.save(update_fields=["after_id"])
        applied.judged += len(rows)
        applied.changed += len(changed)
        return _Due(due.asked_at, due.after_id, has_more=len(rows) == limit)


def _rows_after(due: Rejudging) -> DiscoveredServiceQuerySet:
    """All but what a person left out, which stays as it is; in the order of their ids."""
    left_out = Tombstone.objects.filter(discovered=OuterRef("pk"), verdict__in=LEFT_OUT, lifted_at=None)
    rows = DiscoveredService.objects.filter(source_id=due.source_id, standing__in=_STANDINGS, pk__gt=due.after_id)
    return rows.select_related("source__environment").exclude(Exists(left_out)).order_by("pk")


def _judged(row: DiscoveredService) -> list[object]:
    return [getattr(row, column) for column in _COLUMNS]
