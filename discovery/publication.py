"""Rows become catalog services: made where there is none, linked where there is one. The same for people and rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.actor import Actor
from accounts.audit import Difference
from catalog.models import Service
from catalog.usecases.create_services import NewService, create_services
from common.rows import update_rows
from discovery.deciding import note
from discovery.linking import Group
from discovery.matching import SAME_SOFTWARE
from discovery.models import DiscoveredService, SpecificationOutcome, Standing
from discovery.provenance import restate
from discovery.states import state_of

_WRITTEN = (
    "service", "standing", "state", "is_pending", "match_reason", "specification_outcome", "chosen", "reasons",
    "proposed_owner", "proposed_domain", "proposed_system", "proposed_kind", "proposed_visibility",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did: services it made, services that got another place, and the rows it published."""

    created: list[Service] = field(default_factory=list)
    linked: list[Service] = field(default_factory=list)
    rows: list[DiscoveredService] = field(default_factory=list)


def publish_groups(
    groups: Sequence[Group],
    *,
    actor: Actor,
    now: datetime,
    because: Callable[[DiscoveredService], Difference] = lambda row: {},
) -> Publication:
    """Make or link the catalog service of each group and write it down; the caller has locked the rows.

    ``actor`` may create services (lent or as the system); whether one may stay unowned is asked before. ``because``
    goes into the audit events.
    """
    new = [group for group in groups if group.service_id is None]
    services = [_as_new(group.leading, because(group.leading)) for group in new]
    created = create_services(actor=actor, services=services, now=now, leaves_unowned=True)
    for group, service in zip(new, created, strict=True):
        group.service_id = service.pk
        for row in group.members[1:]:
            row.match_reason = f"{SAME_SOFTWARE} {group.leading.source.name}"
    known = Service.objects.in_bulk([group.service_id for group in groups])
    rows = [row for group in groups for row in group.members]
    for group in groups:
        for row in group.members:
            _publish(row, known[group.service_id])
    update_rows(rows, _WRITTEN)
    restate([row.pk for row in rows], now, made=[service.pk for service in created])
    note("published", rows, actor=actor, now=now, difference=lambda row: _difference(row, because(row)))
    made = {service.pk for service in created}
    return Publication(created, [service for pk, service in known.items() if pk not in made], rows)


def _as_new(row: DiscoveredService, because: Difference) -> NewService:
    system = row.proposed_system.slug if row.proposed_system_id else ""
    return NewService(
        name=row.name,
        prefixes=(row.namespace, system),
        title=row.proposed_title or row.name,
        description=row.proposed_description,
        kind=row.proposed_kind,
        owner_id=row.proposed_owner_id,
        domain_id=row.proposed_domain_id,
        system_id=row.proposed_system_id,
        visibility=row.proposed_visibility,
        because={"discovered": (None, f"{row.source.name} {row.key}"), **because},
    )


def _publish(row: DiscoveredService, service: Service) -> None:
    row.service, row.standing, row.is_pending = service, Standing.PUBLISHED, False
    row.state = state_of(row.standing, row.missing_since, row.retired_at)
    if row.specification_id is not None and not row.specification_outcome:
        row.specification_outcome = SpecificationOutcome.FOUND


def _difference(row: DiscoveredService, because: Difference) -> Difference:
    return {"service": (None, row.service.slug), **because}
