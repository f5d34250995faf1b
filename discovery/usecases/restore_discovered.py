"""Taking a decision back: ignored and retired services return to the inbox, a fresh publication is undone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.models import AuditEvent
from catalog.models import Service
from catalog.permissions import Action as CatalogAction
from catalog.querysets import is_visible
from catalog.usecases.remove_services import remove_services, why_kept
from common.errors import Conflict
from discovery.deciding import keep, lay_to_rest, lift, note, rows_to_decide, unlink
from discovery.models import LEFT_OUT, DiscoveredService, Standing, Tombstone, Verdict
from discovery.provenance import restate_services
from discovery.rejudging import judge_again

_UNDONE = (*LEFT_OUT, Verdict.MERGED)


@dataclass(frozen=True, slots=True)
class Restored:
    """The rows that are open again, and the slugs of services that left the catalog with their publication."""

    rows: list[DiscoveredService] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def restore_discovered(*, actor: Actor, discovered: Sequence[DiscoveredService], now: datetime) -> Restored:
    """The rows are new and judged again; a service that a person said one is not stays out of the question.

    A published row is restored when it was merged by a person, or when its catalog service was made by discovery, has
    no other place, nothing hangs on it and nobody changed it: then that service is removed. Rows that are open change
    nothing. Raises ``Denied``, and ``Conflict`` that says what stands against it; all or nothing.
    """
    with transaction.atomic():
        rows = [row for row in rows_to_decide(actor, discovered) if _is_decided(row)]
        fresh = _fresh_of(rows)
        _refuse_settled(actor, fresh, {row.pk for row in rows})
        before = {row.pk: (row.standing, row.service) for row in rows}
        lay_to_rest(_left_out_by_nobody(rows), Verdict.IGNORED, actor=actor, now=now, reason="Taken back")
        lift(rows, actor=actor, now=now, verdict__in=_UNDONE)
        note("restored", rows, actor=actor, now=now, difference=lambda row: {"standing": (row.standing, "new")})
        for row in rows:
            unlink(row)
        # Gone before judging, which would find them again.
        keep(rows)
        remove_services(actor=actor.lent(CatalogAction.SERVICE_REMOVE), services=list(fresh), now=now)
        judge_again(rows)
        keep(rows)
        removed = {service.pk for service in fresh}
        restate_services({old.pk for _, old in before.values() if old is not None and old.pk not in removed}, now)
    return Restored(rows, sorted(service.slug for service in fresh))


def _is_decided(row: DiscoveredService) -> bool:
    return row.standing in (Standing.IGNORED, Standing.RETIRED, Standing.PUBLISHED)


def _left_out_by_nobody(rows: Collection[DiscoveredService]) -> list[DiscoveredService]:
    """What a rule ignored, or what was published: for judging to see that a person took it back, their restoring is
    written down like that of one that a person ignored."""
    by_people = Tombstone.objects.filter(discovered__in=[row.pk for row in rows], verdict__in=LEFT_OUT, lifted_at=None)
    left_out = set(by_people.values_list("discovered_id", flat=True))
    return [row for row in rows if row.pk not in left_out]


def _fresh_of(rows: Collection[DiscoveredService]) -> dict[Service, DiscoveredService]:
    """The services whose publication is to be undone, with one row of each; merged rows only leave theirs."""
    published = [row for row in rows if row.standing == Standing.PUBLISHED and row.service and not row.is_pinned]
    ids = {row.service_id for row in published}
    services = Service.objects.in_bulk(ids)
    return {services[row.service_id]: row for row in published}


def _refuse_settled(actor: Actor, fresh: Mapping[Service, DiscoveredService], restored: Collection[int]) -> None:
    made = set(
        AuditEvent.objects.filter(
            object_type=Service._meta.model_name,
            object_id__in=[service.pk for service in fresh],
            action="catalog.service.created",
            difference__has_key="discovered",
        ).values_list("object_id", flat=True)
    )
    others = DiscoveredService.objects.filter(service__in=list(fresh)).exclude(pk__in=restored)
    elsewhere = {row.service_id: row for row in others.select_related("source", "environment")}
    for service, row in fresh.items():
        reason = _why_settled(actor, service, made, elsewhere)
        if reason:
            reason = reason if is_visible(actor, service) else f"{row.name} is a service of another team."
            raise Conflict(f"{reason} So its publication cannot be undone; say that a place is not the same instead.")


def _why_settled(
    actor: Actor, service: Service, made: Collection[int], elsewhere: Mapping[int, DiscoveredService]
) -> str:
    if service.pk not in made:
        return f"{service.title} was in the catalog before."
    if service.pk in elsewhere:
        other = elsewhere[service.pk]
        return f"{service.title} also runs in {other.environment.title}, as {other.source.name} says."
    return why_kept(service, actor)
