"""Which catalog service an observed one is, and by what. Pure.

Strongest evidence first: the service names its catalog entry; the same software is already linked in another place; its
name is a catalog service of the same system or domain. A name alone is nothing: two teams may each have an api-gateway.
Where the evidence names several, no one is taken.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from discovery.connectors.base import Observation
from discovery.proposals import Named

KUBERNETES_ID = "backstage.io/kubernetes-id"
NAME_LABEL = "app.kubernetes.io/name"
SAME_SOFTWARE = "runs as the same software in"
_BY_LABEL, _BY_NAME, _IN_NAMESPACE = f"by label {NAME_LABEL} in ", "by name in ", "namespace "
#: How the reason begins when a match rests on that of another place, and so can be no ground for a third. A reason that
#: is stored may have lost its end.
FOLLOWING = (SAME_SOFTWARE, _BY_LABEL + _IN_NAMESPACE, _BY_NAME + _IN_NAMESPACE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A catalog service whose slug occurs in what was observed."""

    id: int
    slug: str
    system_id: int | None = None
    domain_id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a catalog service runs: discovered services that are linked to it, alike in all of this.

    ``only_key`` is the key when it is a single row of the source that is being judged: no row is evidence for itself.
    """

    service_id: int
    source: str
    namespace: str
    identity: str = ""
    systems: frozenset[int] = frozenset()
    only_key: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What matching looks things up in."""

    services: Mapping[str, Candidate] = field(default_factory=dict)
    same_software: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    running: Mapping[int, Sequence[Place]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """An observed service with the system and domain it is proposed to belong to."""

    seen: Observation
    system: Named | None = None
    domain: Named | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The service it is and by what, or none and why not."""

    service_id: int | None = None
    reason: str = ""

    @property
    def is_ambiguous(self) -> bool:
        return self.service_id is None and bool(self.reason)


NO_MATCH = Match()


def match(sought: Sought, known: Known, linked: int | None = None, parted: Collection[int] = ()) -> Match:
    """The match of one observation. A link (``linked``) that is among the evidence stays; ``parted`` services, which a
    person said it is not, are never taken."""
    for found, reason in _evidence(sought, known):
        services = {service: where for service, where in found.items() if service not in parted}
        if linked in services:
            return Match(linked, f"{reason}{services[linked]}")
        if len(services) > 1:
            return Match(None, f"{len(services)} catalog services run as the same software")
        for service, where in services.items():
            return Match(service, f"{reason}{where}")
    return NO_MATCH


def _evidence(sought: Sought, known: Known) -> Iterator[tuple[Mapping[int, str], str]]:
    """Services with the end of their reason, and its beginning; strongest first."""
    seen = sought.seen
    for where, values in (("annotation", seen.annotations), ("label", seen.labels)):
        named = known.services.get(values.get(KUBERNETES_ID, "").lower())
        yield ({named.id: KUBERNETES_ID} if named else {}), f"by {where} "
    yield _same_software(sought, known), f"{SAME_SOFTWARE} "
    label = seen.labels.get(NAME_LABEL, "").lower()
    yield _named_so(label, sought, known), _BY_LABEL
    yield _named_so(seen.name.lower(), sought, known), _BY_NAME


def _same_software(sought: Sought, known: Known) -> dict[int, str]:
    found: dict[int, str] = {}
    systems = {sought.system.id} if sought.system is not None else frozenset()
    for place in known.same_software.get(sought.seen.identity or "", ()):
        if place.only_key != sought.seen.key and agree(systems, sought.seen.namespace, place.systems, place.namespace):
            found[place.service_id] = min(place.source, found.get(place.service_id, place.source))
    return found


def agree(systems: Set[int], namespace: str, other_systems: Set[int], other_namespace: str) -> bool:
    """Whether two places of the same identity are of one service: by system where both have one, else by the name of
    the namespace. The systems of a place are those of its catalog service and of its proposal."""
    if systems and other_systems:
        return not systems.isdisjoint(other_systems)
    return bool(namespace) and namespace == other_namespace


def _named_so(slug: str, sought: Sought, known: Known) -> dict[int, str]:
    service = known.services.get(slug)
    if service is None:
        return {}
    system, domain = sought.system, sought.domain
    if system is not None and service.system_id is not None:
        return {service.id: f"system {system.slug}"} if system.id == service.system_id else {}
    if domain is not None and service.domain_id == domain.id:
        return {service.id: f"domain {domain.slug}"}
    for place in known.running.get(service.id, ()):
        if place.only_key != sought.seen.key and place.namespace and place.namespace == sought.seen.namespace:
            return {service.id: f"{_IN_NAMESPACE}{place.namespace}, where it already runs"}
    return {}
