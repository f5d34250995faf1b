"""What every decision about discovered services has in common: who may, which rows, what is kept of it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.audit import Difference, Happened, record_all
from catalog.models import Service
from common.access import require
from common.errors import Invalid
from common.rows import update_rows
from discovery.locks import lock_publishing, lock_sources
from discovery.models import DiscoveredService, SpecificationOutcome, Standing, Tombstone, Verdict
from discovery.permissions import Action
from discovery.querysets import DiscoveredServiceQuerySet
from discovery.rejudging import JUDGED

AT_MOST = 1_000
_REASON_LENGTH = 500
_WRITTEN = (*JUDGED, "is_pinned", "chosen", "specification_outcome", "specification_note", "specification_version")
_WITH = ("source", "environment", "service", "specification", "rule", "proposed_owner")


def rows_to_decide(actor: Actor, discovered: Sequence[DiscoveredService]) -> list[DiscoveredService]:
    """The rows as they are now, each once, locked until commit in the order of their keys; every one of them is the
    actor's to decide about. Call it first in the transaction.

    Raises ``Denied`` and, for more than a thousand, ``Invalid``. A fixed number of queries.
    """
    if len(discovered) > AT_MOST:
        raise Invalid({"": f"Decide about at most {AT_MOST:,} services at a time."})
    lock_publishing()
    lock_sources(row.source_id for row in discovered)
    rows = list(locked(DiscoveredService.objects.filter(pk__in=[row.pk for row in discovered])))
    for row in rows:
        require(actor, Action.SERVICE_DECIDE, row)
    return rows


def locked(rows: DiscoveredServiceQuerySet) -> DiscoveredServiceQuerySet:
    """The rows with what deciding and judging read, locked until commit in the order of their keys."""
    with_all = rows.select_related(*_WITH).defer("specification__compressed")
    return with_all.select_for_update(of=("self",)).order_by("source_id", "key")


def cares_for_source(actor: Actor, row: DiscoveredService) -> bool:
    """Whether the actor looks after all that the source finds, and not only after what is for a team of theirs."""
    return actor.is_administrator or row.source.owner_id in actor.teams


def may_join(actor: Actor, row: DiscoveredService, owner_id: int | None) -> bool:
    """Whether the actor may make the row a place of a service that this team owns.

    A place says what the service is, who owns it, and of which version its specification is: that is for the
    service's own team. A service that nobody owns is for whoever looks after the source.
    """
    if owner_id is None:
        return cares_for_source(actor, row)
    return actor.is_administrator or owner_id in actor.teams


def checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": "Say why."})
    if len(reason) > _REASON_LENGTH:
        raise Invalid({"reason": f"Use at most {_REASON_LENGTH} characters."})
    return reason


def lay_to_rest(
    rows: Collection[DiscoveredService],
    verdict: Verdict,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    service_of: Callable[[DiscoveredService], Service | None] = lambda row: None,
) -> None:
    """Write down the decision about each row, which no run overrides."""
    Tombstone.objects.bulk_create(
        Tombstone(
            discovered=row,
            verdict=verdict,
            service=service_of(row),
            reason=reason,
            decided_by=actor.name[:200],
            decided_at=now,
        )
        for row in rows
    )


def lift(rows: Collection[DiscoveredService], *, actor: Actor, now: datetime, **which: Any) -> None:
    """End the standing decisions about these rows, those that ``which`` selects."""
    standing = Tombstone.objects.filter(discovered__in=[row.pk for row in rows], lifted_at=None, **which)
    standing.update(lifted_by=actor.name[:200], lifted_at=now)


def keep(rows: Sequence[DiscoveredService]) -> None:
    """Save what a decision may change of the rows, in one statement."""
    update_rows(rows, _WRITTEN)


def note(
    verb: str,
    rows: Collection[DiscoveredService],
    *,
    actor: Actor,
    now: datetime,
    difference: Callable[[DiscoveredService], Difference] = lambda row: {},
) -> None:
    """One audit event a row, for the team whose service it is or who looks after the source."""
    events = (Happened(row.pk, row.key, _team_of(row), difference(row)) for row in rows)
    record_all(actor=actor, action=f"discovery.service.{verb}", model=DiscoveredService, events=events, now=now)


def is_open(row: DiscoveredService) -> bool:
    """Whether it waits for somebody to decide: neither published nor left out."""
    return row.standing in (Standing.NEW, Standing.MATCHED)


def _team_of(row: DiscoveredService) -> int | None:
    if row.service is not None and row.service.owner_id is not None:
        return row.service.owner_id
    return row.source.owner_id or row.proposed_owner_id


def unlink(row: DiscoveredService) -> None:
    """Set, not save: the row is new again and a place of no service; what became of its specification is open."""
    row.service, row.standing, row.match_reason = None, Standing.NEW, ""
    row.is_pinned, row.is_pending = False, False
    found = row.specification_id is not None
    row.specification_outcome = SpecificationOutcome.FOUND if found else SpecificationOutcome.NONE
    row.specification_version, row.specification_note = None, ""
