"""From what was read of a cluster to observations, with what is known to be unknown."""

from collections.abc import Iterator

from discovery.connectors.base import Complete, Exposure, Phase, Progress, Seen, Workload
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
from discovery.connectors.objects.model import ServiceObject
from discovery.connectors.objects.observation import observation_of
from discovery.connectors.objects.relations import Relations, as_workloads


class _Cluster:
    """What was read, put together."""

    def __init__(self, config: Config, reading: Reading) -> None:
        self.reading = reading
        found = reading.found
        named = frozenset(config.namespaces)
        by_gateway = gateway_routes(found[GATEWAYS], found[HTTP_ROUTES], named)
        by_istio = istio_routes(found[ISTIO_GATEWAYS], found[VIRTUAL_SERVICES], named)
        objects = [one for kind in (SERVICES, NAMESPACES, *WORKLOADS, INGRESSES) for one in found[kind]]
        self.relations = Relations(objects, (*by_gateway.found, *by_istio.found))
        self.endpoints = Endpoints(found[ENDPOINT_SLICES])
        self._unclear = by_gateway.unclear | by_istio.unclear
        self._routes_are_read = reading.are_routes_read()

    def workloads(self, service: ServiceObject) -> tuple[Workload, ...] | None:
        """What is known to be there counts; nothing known counts only when everything was read."""
        behind = self.relations.workloads(service)
        found = as_workloads(behind) or self.endpoints.behind(service.namespace, service.name)
        kinds = (*WORKLOADS, ENDPOINT_SLICES)
        return found if found or all(self.reading.is_read(kind, service.namespace) for kind in kinds) else None

    def exposure(self, service: ServiceObject) -> Exposure | None:
        found = self.relations.exposure(service)
        if found.level != "inside":
            return found
        is_known = self._routes_are_read and self.reading.is_read(INGRESSES, service.namespace)
        return found if is_known and (service.namespace, service.name) not in self._unclear else None


def observations(config: Config, reading: Reading, clock: Clock) -> Iterator[Seen]:
    """Problems first, then every Service, then which namespaces were read to their end."""
    cluster = _Cluster(config, reading)
    yield from reading.problems
    services = cluster.relations.services
    yield Phase("Relate", len(services))
    for count, service in enumerate(services):
        if clock.is_sign_due():
            yield Progress(count)
        workloads, exposure = cluster.workloads(service), cluster.exposure(service)
        yield observation_of(config.cluster, service, cluster.relations, workloads=workloads, exposure=exposure)
    yield Progress(len(services))
    for scope in reading.scopes:
        if reading.is_whole(SERVICES, scope):
            yield Complete("Service", scope)
