"""From what was read of a cluster to observations, with what is known to be unknown."""

from collections.abc import Iterator

from discovery.connectors.base import Complete, Exposure, Observation, Phase, Problem, Progress, Seen, Workload
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
from discovery.connectors.objects.claims import claims_of, identity_of
from discovery.connectors.objects.model import ServiceObject, WorkloadObject
from discovery.connectors.objects.readers import VERSION
from discovery.connectors.objects.relations import Relations, as_workloads, common_version


class _Cluster:
    """What was read, put together."""

    def __init__(self, config: Config, reading: Reading) -> None:
        self.name = config.cluster
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

    def workloads(self, service: ServiceObject, behind: list[WorkloadObject]) -> tuple[Workload, ...] | None:
        """What is known to be there counts; nothing known counts only when everything was read."""
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
    if reading.left_out:
        yield Problem("more-problems", f"More problems were left out: {reading.left_out:,}.", "warning")
    services = cluster.relations.services
    yield Phase("Relate", len(services))
    for count, service in enumerate(services):
        if clock.is_sign_due():
            yield Progress(count)
        yield _observation(cluster, service)
    yield Progress(len(services))
    for scope in reading.scopes:
        if reading.is_whole(SERVICES, scope):
            yield Complete("Service", scope)


def _observation(cluster: _Cluster, service: ServiceObject) -> Observation:
    behind = cluster.relations.workloads(service)
    workloads = cluster.workloads(service, behind)
    return Observation(
        key=f"{cluster.name}/{service.namespace}/{service.kind}/{service.name}",
        kind=service.kind,
        name=service.name,
        namespace=service.namespace,
        cluster=cluster.name,
        uid=service.uid,
        identity=identity_of(service),
        version=common_version(service, workloads or (), VERSION),
        labels=dict(service.labels),
        annotations=dict(service.annotations),
        ports=service.ports,
        workloads=workloads,
        exposure=cluster.exposure(service),
        claims=claims_of(service, behind, cluster.relations.namespace(service.namespace)),
        specification_read=False,
        place=service.place[0],
    )
