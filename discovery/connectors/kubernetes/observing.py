"""From what was read of a cluster to observations, with what is known to be unknown."""

from collections.abc import Iterator, Mapping

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
from discovery.connectors.kubernetes.kinds import (
    ENDPOINT_SLICES,
    GATEWAYS,
    HTTP_ROUTES,
    INGRESSES,
    ISTIO_GATEWAYS,
    NAMESPACES,
    SERVICES,
    VIRTUAL_SERVICES,
    WORKLOADS,
)
from discovery.connectors.kubernetes.reading import Reading
from discovery.connectors.kubernetes.routes import gateway_routes, istio_routes
from discovery.connectors.kubernetes.store import Gaps, Store
from discovery.connectors.objects.model import ServiceObject
from discovery.connectors.objects.observation import observation_of
from discovery.connectors.objects.relations import Relations, as_workloads


class Cluster:
    """What is known of a cluster, put together: all of it, or what concerns some of its namespaces."""

    def __init__(self, config: Config, store: Store, gaps: Gaps, namespaces: frozenset[str] | None = None) -> None:
        self._gaps = gaps
        named = frozenset(config.namespaces)
        by_gateway = gateway_routes(store.all(GATEWAYS), store.leading(HTTP_ROUTES, namespaces), named)
        by_istio = istio_routes(store.all(ISTIO_GATEWAYS), store.leading(VIRTUAL_SERVICES, namespaces), named)
        kinds = (SERVICES, *WORKLOADS, INGRESSES)
        objects = [one for kind in kinds for one in store.all(kind, namespaces)]
        objects += (one for one in store.all(NAMESPACES) if namespaces is None or one.name in namespaces)
        self.relations = Relations(objects, (*by_gateway.found, *by_istio.found))
        self.endpoints = Endpoints(store.all(ENDPOINT_SLICES, namespaces))
        self._unclear = by_gateway.unclear | by_istio.unclear
        self._routes_are_read = gaps.are_routes_read()

    def workloads(self, service: ServiceObject) -> tuple[Workload, ...] | None:
        """What is known to be there counts; nothing known counts only when everything was read."""
        behind = self.relations.workloads(service)
        found = as_workloads(behind) or self.endpoints.behind(service.namespace, service.name)
        return found if found or self._gaps.are_read((*WORKLOADS, ENDPOINT_SLICES), service.namespace) else None

    def exposure(self, service: ServiceObject) -> Exposure | None:
        found = self.relations.exposure(service)
        if found.level != "inside":
            return found
        is_known = self._routes_are_read and self._gaps.is_read(INGRESSES, service.namespace)
        return found if is_known and (service.namespace, service.name) not in self._unclear else None

    def observations(self, cluster: str) -> Iterator[Observation]:
        """One for each service, in the order of their names."""
        for service in self.relations.services:
            workloads, exposure = self.workloads(service), self.exposure(service)
            yield observation_of(cluster, service, self.relations, workloads=workloads, exposure=exposure)


def observations(
    config: Config, reading: Reading, clock: Clock, origins: Mapping[str, bytes], known: Mapping[str, bytes]
) -> Iterator[Seen]:
    """Problems first, then every service, then which namespaces were read to their end.

    ``origins`` has the digest of each namespace, ``known`` those of a run before: where they are the same, that is
    what is said instead of the services.
    """
    same = {namespace for namespace, origin in origins.items() if known.get(namespace) == origin}
    differing = frozenset(reading.store.namespaces() - same)
    reading.cut(differing)
    yield from reading.problems
    yield from (Same(namespace) for namespace in same)
    if differing:
        yield from _derived(Cluster(config, reading.store, reading.gaps, differing if same else None), config, clock)
    yield from (Derived(namespace, origins[namespace]) for namespace in origins.keys() & differing)
    for scope in reading.scopes:
        if reading.gaps.is_whole(SERVICES, scope):
            yield Complete("Service", scope)


def _derived(cluster: Cluster, config: Config, clock: Clock) -> Iterator[Seen]:
    total = len(cluster.relations.services)
    yield Phase("Relate", total)
    for count, seen in enumerate(cluster.observations(config.cluster)):
        if clock.is_sign_due():
            yield Progress(count)
        yield seen
    yield Progress(total)
