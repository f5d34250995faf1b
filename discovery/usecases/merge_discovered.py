"""Saying which catalog service a discovered one is."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.actor import Actor
from catalog.models import Service
from common.access import Denied
from common.errors import NotFound
from discovery.deciding import keep, lay_to_rest, lift, may_join, note, rows_to_decide
from discovery.models import DiscoveredService, SpecificationOutcome, Standing, Verdict
from discovery.provenance import restate_services
from discovery.signals import services_published
from discovery.states import state_of


def merge_discovered(
    *, actor: Actor, discovered: Sequence[DiscoveredService], service: Service, now: datetime
) -> list[DiscoveredService]:
    """The rows that are places of this service now and were not, or were by a guess: pinned, so that no run matches
    them otherwise.

    Whatever was decided about them before is lifted. Raises ``Denied``; ``NotFound`` for a service that the actor may
    not know of.
    """
    with transaction.atomic():
        rows = [row for row in rows_to_decide(actor, discovered) if not _is_merged(row, service)]
        target = Service.objects.visible_to(actor).filter(pk=service.pk).first()
        if target is None:
            raise NotFound
        _permit(actor, rows, target)
        lift(rows, actor=actor, now=now)
        lay_to_rest(rows, Verdict.MERGED, actor=actor, now=now, service_of=lambda row: target)
        before = {row.pk: row.service for row in rows}
        for row in rows:
            _merge(row, target, actor)
        keep(rows)
        left = {old.pk for old in before.values() if old is not None}
        restate_services({target.pk, *left} if rows else (), now)
        note("merged", rows, actor=actor, now=now, difference=lambda row: _difference(before[row.pk], target))
        if any(row.specification_outcome == SpecificationOutcome.FOUND for row in rows):
            send = partial(services_published.send_robust, DiscoveredService, has_specifications=True)
            transaction.on_commit(send)
    return rows


def _is_merged(row: DiscoveredService, service: Service) -> bool:
    return row.service_id == service.pk and row.is_pinned and row.standing == Standing.PUBLISHED


def _permit(actor: Actor, rows: Sequence[DiscoveredService], service: Service) -> None:
    if not all(may_join(actor, row, service.owner_id) for row in rows):
        raise Denied("This needs a publisher of the team that owns the service.")


def _merge(row: DiscoveredService, service: Service, actor: Actor) -> None:
    if row.service_id != service.pk and row.specification_id is not None:
        row.specification_outcome = SpecificationOutcome.FOUND
        row.specification_version, row.specification_note = None, ""
    elif row.specification_id is not None and not row.specification_outcome:
        row.specification_outcome = SpecificationOutcome.FOUND
    row.service, row.is_pinned, row.is_pending = service, True, False
    row.standing, row.match_reason = Standing.PUBLISHED, f"merged by {actor.name}"[:300]
    row.state = state_of(row.standing, row.missing_since, row.retired_at)


def _difference(before: Service | None, after: Service) -> dict[str, tuple[str | None, str]]:
    return {"service": (before.slug if before else None, after.slug)}
