"""Leaving discovered services out, for a reason, until somebody restores them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from discovery.deciding import checked_reason, keep, lay_to_rest, lift, note, rows_to_decide
from discovery.models import LEFT_OUT, DiscoveredService, Standing, Verdict
from discovery.provenance import restate_services
from discovery.states import state_of


def leave_out(
    verdict: Verdict, *, actor: Actor, discovered: Sequence[DiscoveredService], reason: str, now: datetime
) -> list[DiscoveredService]:
    """The rows that this changed: their standing is the verdict (ignored or retired), whatever runs see later."""
    reason = checked_reason(reason)
    with transaction.atomic():
        rows = [row for row in rows_to_decide(actor, discovered) if row.standing != verdict]
        lift(rows, actor=actor, now=now, verdict__in=LEFT_OUT)
        lay_to_rest(rows, verdict, actor=actor, now=now, reason=reason)
        before = {row.pk: row.standing for row in rows}
        for row in rows:
            row.standing, row.is_pending = Standing(verdict), False
            row.state = state_of(row.standing, row.missing_since, row.retired_at)
        keep(rows)
        restate_services({row.service_id for row in rows if row.service_id}, now)
        note(
            verdict,
            rows,
            actor=actor,
            now=now,
            difference=lambda row: {"standing": (before[row.pk], row.standing), "reason": (None, reason)},
        )
    return rows
