"""From what was read of a cluster to observations, with what is known to be unknown."""

from collections.abc import Iterable, Iterator
from functools import cache

from discovery.connectors.base import (
    Complete,
    Derived,
    Exposure,
    Observation,
    Phase,
    Progress,
    Same,
    Seen,
    Workload,
)
from discovery.connectors.clock import Clock
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.endpoints import Endpoints
from discovery.connectors.kubernetes.entries import (
    SERVICE_ENTRY,
    WORKLOAD_ENTRY,
    Entries,
    observe_entry,
    observe_machines,
)
from discovery.connectors.kubernetes.fronts import Fronts
from discovery.connectors.kubernetes.gateway_api import gateway_routes
from discovery.connectors.kubernetes.grants import Grants
from discovery.connectors.kubernetes.istio_routes import istio_routes
from discovery.connectors.kubernetes.kinds import (
    ENDPOINT_SLICES,
    GATEWAYS,
    GRPC_ROUTES,
    HTTP_ROUTES,
    INGRESSES,
    ISTIO_GATEWAYS,
    NAMESPACES,
    REFERENCE_GRANTS,
    SERVICE_ENTRIES,
    SERVICES,
    VIRTUAL_SERVICES,
    WORKLOAD_ENTRIES,
    WORKLOADS,
    Kind,
)
from discovery.connectors.kubernetes.mesh.posture import Mesh
from discovery.connectors.kubernetes.reading import Reading
from discovery.connectors.kubernetes.routes import Around
from discovery.connectors.kubernetes.store import Gaps, Store
from discovery.connectors.objects.model import ServiceObject, WorkloadObject
from discovery.connectors.objects.observation import observation_of
from discovery.connectors.objects.relations import WORKLOADS_AT_MOST, Relations, as_workloads

#: Which lists it takes to know every service of a kind. A WorkloadEntry is one only when nothing selects it.
NEEDED: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Service", (SERVICES,)),
    (SERVICE_ENTRY, (SERVICE_ENTRIES,)),
    (WORKLOAD_ENTRY, (SERVICES, SERVICE_ENTRIES, WORKLOAD_ENTRIES)),
)


def complete_scopes(gaps: Gaps, scopes: Iterable[str]) -> Iterator[Complete]:
    """What is known in full of these namespaces, or of all of them for `*`: a kind in a scope each.

    A kind that discovery says is not installed is complete and has no objects; one whose list was refused, or was not
    there although discovery has it, is not.
    """
    for scope in scopes:
        for name, kinds in NEEDED:
            if all(gaps.is_whole(kind, scope) for kind in kinds):
                yield Complete(name, scope)


class Cluster:
    """What is known of a cluster, put together: all of it, or what concerns some of its namespaces."""

    def __init__(self, config: Config, store: Store, gaps: Gaps, namespaces: frozenset[str] | None = None) -> None:
        self._gaps = gaps
        around = _around(config, store, gaps, namespaces)
        http, grpc = (store.leading(kind, namespaces) for kind in (HTTP_ROUTES, GRPC_ROUTES))
        by_gateway = gateway_routes(store.all(GATEWAYS), http, grpc, around)
        by_istio = istio_routes(store.all(ISTIO_GATEWAYS), store.leading(VIRTUAL_SERVICES, namespaces), around)
        kinds = (SERVICES, *WORKLOADS, INGRESSES)
        objects = [one for kind in kinds for one in store.all(kind, namespaces)]
        objects += (one for one in store.all(NAMESPACES) if namespaces is None or one.name in namespaces)
        self.relations = Relations(objects, (*by_gateway.found, *by_istio.found))
        self.endpoints = Endpoints(store.all(ENDPOINT_SLICES, namespaces))
        machines = store.all(WORKLOAD_ENTRIES, namespaces)
        self.entries = Entries(store.all(SERVICE_ENTRIES, namespaces), machines, by_istio.to_hosts)
        self._alone = {
            (at, name): found
            for (at, name), found in self.entries.alone(self.relations.services).items()
            if gaps.are_read((SERVICES, SERVICE_ENTRIES), at)
        }
        self._unclear = by_gateway.unclear | by_istio.unclear
        self._routes_are_read = gaps.are_routes_read()
        self._named = frozenset(config.namespaces)
        workloads = (one for kind in WORKLOADS for one in store.all(kind))
        self._mesh = Mesh(store, self._knows, cache(lambda: list(workloads)), config.root_namespace, namespaces)

    @property
    def total(self) -> int:
        """How many services there are."""
        return len(self.relations.services) + len(self.entries.entries) + len(self._alone)

    def workloads(self, service: ServiceObject, behind: list[WorkloadObject]) -> tuple[Workload, ...] | None:
        """What is known to be there counts; nothing known counts only when everything was read."""
        at, name = service.namespace, service.name
        known = as_workloads(behind) + self.entries.behind(service)
        if known:
            return known[: WORKLOADS_AT_MOST - 1] + self.endpoints.beside(at, name, known)
        found = self.endpoints.behind(at, name)
        return found if found or self._are_workloads_read(at) else None

    def exposure(self, service: ServiceObject) -> Exposure | None:
        """From where it can be reached; not known while something unread may open it further."""
        found = self.relations.exposure(service)
        if found.level == "internet":
            return found
        is_known = self._routes_are_read and self._gaps.is_read(INGRESSES, service.namespace)
        return found if is_known and (service.namespace, service.name) not in self._unclear else None

    def _knows(self, kind: Kind, namespace: str) -> bool:
        """Whether all objects of the kind in a namespace are known; of those that were not asked for none is."""
        return self._gaps.is_read(kind, namespace) and (not self._named or namespace in self._named)

    def observations(self, cluster: str) -> Iterator[Observation]:
        """One for each service: Services, ServiceEntries and machines that are alone, each in the order of names."""
        for service in self.relations.services:
            behind, exposure = self.relations.workloads(service), self.exposure(service)
            yield observation_of(
                cluster,
                service,
                behind,
                self.relations.namespace(service.namespace),
                workloads=self.workloads(service, behind),
                exposure=exposure,
                posture=self._mesh.posture(service, behind, exposure),
                namespaces_read=False,
            )
        for entry in self.entries.entries:
            yield observe_entry(
                cluster,
                entry,
                self.entries,
                self.relations,
                are_workloads_read=self._are_workloads_read(entry.namespace),
                are_routes_read=self._routes_are_read,
            )
        for (_at, name), machines in sorted(self._alone.items()):
            yield observe_machines(cluster, name, machines, self.relations)

    def _are_workloads_read(self, namespace: str) -> bool:
        return self._gaps.are_read((*WORKLOADS, ENDPOINT_SLICES, WORKLOAD_ENTRIES), namespace)


def _around(config: Config, store: Store, gaps: Gaps, namespaces: frozenset[str] | None) -> Around:
    is_whole = not any(map(gaps.count, (SERVICES, *WORKLOADS, INGRESSES)))
    workloads = (one for kind in WORKLOADS for one in store.all(kind))
    named = frozenset(config.namespaces)
    return Around(
        fronts=Fronts(
            store.all(SERVICES),
            workloads,
            store.all(INGRESSES),
            is_whole=is_whole,
            is_limited=bool(config.namespaces),
        ),
        grants=Grants(
            store.all(REFERENCE_GRANTS),
            lambda at: (not named or at in named) and gaps.is_read(REFERENCE_GRANTS, at),
        ),
        labels={one.name: one.all_labels for one in store.all(NAMESPACES)},
        read=named,
        concerned=namespaces,
        entry_hosts=frozenset(
            host
            for one in store.all(SERVICE_ENTRIES, namespaces)
            for host in (one.spec.hosts if one.spec else None) or ()
        ),
    )


def observations(config: Config, reading: Reading, clock: Clock, origin: bytes, known: bytes) -> Iterator[Seen]:
    """Problems first, then every service, then what was read to its end.

    ``origin`` is the digest of what was read, empty when it says nothing, ``known`` that of a run before: when they are
    the same, that is what is said instead of the services.
    """
    if origin and origin == known:
        yield Same()
    else:
        reading.cut()
        yield from reading.problems
        yield from _derived(Cluster(config, reading.store, reading.gaps), config, clock)
        if origin:
            yield Derived(origin)
    yield from complete_scopes(reading.gaps, reading.scopes)


def _derived(cluster: Cluster, config: Config, clock: Clock) -> Iterator[Seen]:
    yield Phase("Relate", cluster.total)
    for count, seen in enumerate(cluster.observations(config.cluster)):
        if clock.is_sign_due():
            yield Progress(count)
        yield seen
    yield Progress(cluster.total)
