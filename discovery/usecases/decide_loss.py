"""A person says whether a loss too large to believe is to be believed."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from common.errors import Conflict
from discovery.locks import lock_source
from discovery.models import DiscoveredService, Hold, HoldState, Run
from discovery.permissions import Action
from discovery.provenance import restate
from discovery.runs.marking import mark_missing, mark_rejected


def decide_loss(*, actor: Actor, run: Run, believe: bool, now: datetime) -> Run:
    """Believed: the held services are missing since the run that first missed them. Not believed: they stay as they
    are, and nobody is asked about them again until they were seen in between.

    Every run that asks has its answer. Raises ``Conflict`` when nothing waits for a decision, and when more is held by
    now than this run asked about.
    """
    source = run.source
    require(actor, Action.LOSS_DECIDE, source)
    with transaction.atomic():
        lock_source(source.pk)
        asking = list(Run.objects.filter(source=source.pk, hold=HoldState.HELD).order_by("id"))
        if run.pk not in {one.pk for one in asking}:
            raise Conflict("No loss of this run waits for a decision.")
        held = DiscoveredService.objects.filter(source=source.pk, hold=Hold.HELD)
        standing = dict(held.values_list("pk", "standing"))
        linked = list(held.filter(service__isnull=False).order_by("pk").values_list("pk", flat=True))
        if believe and len(standing) > run.hold_count:
            raise Conflict("More services are held by now than this run asked about. Decide at the latest run.")
        if believe:
            mark_missing(source, standing, standing.keys(), asking[0].started_at or now)
            restate(linked, now)
        else:
            mark_rejected(standing.keys())
        Run.objects.filter(pk__in=[one.pk for one in asking]).update(
            hold=HoldState.CONFIRMED if believe else HoldState.REJECTED,
            hold_decided_by=actor.name[:200],
            hold_decided_at=now,
        )
        run.refresh_from_db()
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
