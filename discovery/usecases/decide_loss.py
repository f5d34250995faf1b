"""A person says whether a loss too large to believe is to be believed."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from common.errors import Conflict
from common.locks import lock_until_commit
from discovery.models import DiscoveredService, Hold, HoldState, Run
from discovery.permissions import Action
from discovery.provenance import restate
from discovery.runs.apply import lock_name
from discovery.runs.rows import mark_missing, mark_rejected


def decide_loss(*, actor: Actor, run: Run, believe: bool, now: datetime) -> Run:
    """Believed: the held services are missing since that run. Not believed: they stay as they are, and nobody is
    asked about them again until they were seen in between. Raises ``Conflict`` when nothing waits for a decision."""
    source = run.source
    require(actor, Action.LOSS_DECIDE, source)
    with transaction.atomic():
        lock_until_commit(lock_name(source.pk))
        run = Run.objects.select_for_update(of=("self",)).select_related("source").get(pk=run.pk)
        if run.hold != HoldState.HELD:
            raise Conflict("No loss of this run waits for a decision.")
        held = DiscoveredService.objects.filter(source=source.pk, hold=Hold.HELD)
        standing = dict(held.values_list("pk", "standing"))
        linked = list(held.filter(service__isnull=False).order_by("pk").values_list("pk", flat=True))
        if believe:
            mark_missing(run.source, standing, standing.keys(), run.applied_at or now)
            restate(linked, now)
        else:
            mark_rejected(standing.keys())
        run.hold = HoldState.CONFIRMED if believe else HoldState.REJECTED
        run.hold_count = len(standing)
        run.hold_decided_by = actor.name[:200]
        run.hold_decided_at = now
        run.save(update_fields=["hold", "hold_count", "hold_decided_by", "hold_decided_at"])
        record(
            actor=actor,
            action="discovery.loss.confirmed" if believe else "discovery.loss.rejected",
            obj=run,
            name=f"{source.name} {run.number}",
            team_id=source.owner_id,
            now=now,
            difference={"services": (run.hold_of, run.hold_of - len(standing))} if believe else None,
        )
    return run
