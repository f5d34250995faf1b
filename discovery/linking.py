"""Which discovered services are places of one piece of software: before a catalog service is made for each of them.

The same identity alone is not enough, it has to agree in the system, else in the namespace. A link that exists already
comes before a new one; where several services fit, none is taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from discovery.matching import SAME_SOFTWARE, agree
from discovery.models import DiscoveredService, Standing, Tombstone, Verdict


@dataclass(slots=True)
class Group:
    """Places of one software: those to publish, led by the one that is to speak, and the service that exists."""

    members: list[DiscoveredService] = field(default_factory=list)
    service_id: int | None = None
    reason: str = ""

    @property
    def leading(self) -> DiscoveredService:
        return self.members[0]


def order_of(row: DiscoveredService) -> tuple[int, str, str, str]:
    """Production first, then by source and key: who speaks for a service that runs in several places."""
    return row.environment.position, row.environment.slug, row.source.name, row.key


def groups_of(rows: Iterable[DiscoveredService]) -> list[Group]:
    """The rows, which come with their service, as groups, leading places first; two queries. Whatever came in which
    order gives the same."""
    ordered = sorted(rows, key=order_of)
    linked, parted = _linked(ordered), _parted(ordered)
    groups: list[Group] = []
    by_identity: dict[str, list[Group]] = {}
    by_service: dict[int, Group] = {}
    for row in ordered:
        service_id, reason = row.service_id, row.match_reason
        if service_id is None:
            service_id, reason = _service_of(row, linked.get(row.identity, ()), parted.get(row.pk, frozenset()))
        group = by_service.get(service_id) if service_id else _joined(row, by_identity.get(row.identity, ()))
        if group is None:
            group = Group(service_id=service_id, reason=reason)
            groups.append(group)
            if service_id:
                by_service[service_id] = group
            elif row.identity:
                by_identity.setdefault(row.identity, []).append(group)
        group.members.append(row)
        if service_id:
            row.match_reason = reason
    return groups


def _linked(rows: Sequence[DiscoveredService]) -> dict[str, list[DiscoveredService]]:
    identities = {row.identity for row in rows if row.identity and row.service_id is None}
    published = DiscoveredService.objects.filter(
        identity__in=identities, standing=Standing.PUBLISHED, service__isnull=False
    )
    found: dict[str, list[DiscoveredService]] = {}
    for row in published.select_related("source", "service").order_by("source__name", "key"):
        found.setdefault(row.identity, []).append(row)
    return found


def _parted(rows: Sequence[DiscoveredService]) -> dict[int, set[int]]:
    standing = Tombstone.objects.filter(discovered__in=[row.pk for row in rows], verdict=Verdict.PARTED, lifted_at=None)
    parted: dict[int, set[int]] = {}
    for discovered_id, service_id in standing.values_list("discovered_id", "service_id"):
        parted.setdefault(discovered_id, set()).add(service_id)
    return parted


def _service_of(
    row: DiscoveredService, places: Iterable[DiscoveredService], parted: Iterable[int]
) -> tuple[int | None, str]:
    fitting = {place.service_id: place for place in reversed(list(places)) if _agree(row, place)}
    services = fitting.keys() - set(parted)
    if len(services) != 1:
        return None, ""
    service_id = services.pop()
    return service_id, f"{SAME_SOFTWARE} {fitting[service_id].source.name}"


def _joined(row: DiscoveredService, groups: Iterable[Group]) -> Group | None:
    return next((group for group in groups if _agree(row, group.leading)), None)


def _agree(one: DiscoveredService, other: DiscoveredService) -> bool:
    return agree(_systems(one), one.namespace, _systems(other), other.namespace)


def _systems(row: DiscoveredService) -> frozenset[int]:
    of_service = row.service.system_id if row.service is not None else None
    return frozenset({of_service, row.proposed_system_id} - {None})
