"""From where the proxies that carry gateways can be reached: what their Services open. Pure.

«Gateway», istio.io/docs/reference/config/networking/gateway: the selector names the pods that carry it, in all
namespaces. A Gateway of Gateway API is carried by what its implementation made for it, or by the Service that its
addresses name («Gateway», gateway-api.sigs.k8s.io/api-types/gateway). What cannot be found out is taken for open.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from discovery.connectors.base import ExposureLevel
from discovery.connectors.kubernetes.hosts import service_named
from discovery.connectors.kubernetes.route_items import GatewayItem, IstioGatewayItem
from discovery.connectors.objects.model import IngressObject, ServiceObject, WorkloadObject
from discovery.connectors.objects.served import opened_scope

#: Classes of Google's whose load balancers belong to the private network.
_INTERNAL_CLASSES = frozenset({"gke-l7-rilb", "gke-l7-rilb-mc", "gke-l7-cross-regional-internal-managed-mc"})
#: Waypoints serve the mesh, and no route from outside attaches to one.
MESH_CLASSES = frozenset({"istio-waypoint"})
MADE_FOR = "gateway.networking.k8s.io/gateway-name"
ENVOY_NAME, ENVOY_NAMESPACE = (f"gateway.envoyproxy.io/owning-gateway-{part}" for part in ("name", "namespace"))

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Front:
    """``namespaces`` of the pods and ``ports`` of the Services; both empty when nothing is known of them.

    Unless it ``is_clear``, something that could not be read may open it further.
    """

    scope: ExposureLevel = "internet"
    is_clear: bool = True
    namespaces: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()


class Fronts:
    """What carries the gateways of a cluster.

    ``is_whole``: every Service, workload and Ingress is known that was asked for; ``is_limited``: only those of some
    namespaces were, so that what else there is nobody will ever know.
    """

    def __init__(
        self,
        services: Iterable[ServiceObject],
        workloads: Iterable[WorkloadObject],
        ingresses: Iterable[IngressObject],
        *,
        is_whole: bool,
        is_limited: bool = False,
    ) -> None:
        self._is_whole, self._is_limited = is_whole, is_limited
        self._services, self._workloads, self._ingresses = services, workloads, ingresses
        self._of_selectors: dict[frozenset[Pair], Front] = {}

    # Most changes of a cluster concern no gateway, so what follows is made when it is asked for.

    @cached_property
    def _named(self) -> dict[tuple[str, str], ServiceObject]:
        return {(one.namespace, one.name): one for one in self._services}

    @cached_property
    def _selecting(self) -> dict[Pair, list[ServiceObject]]:
        found: dict[Pair, list[ServiceObject]] = defaultdict(list)
        for service in self._named.values():
            for pair in service.selector:
                found[pair].append(service)
        return found

    @cached_property
    def _pods(self) -> list[WorkloadObject]:
        return list(self._workloads)

    @cached_property
    def _led_to(self) -> set[tuple[str, str]]:
        open_ones = (one for one in self._ingresses if not one.is_internal)
        return {(one.namespace, service) for one in open_ones for _host, _path, service in one.routes}

    def of_istio(self, gateway: IstioGatewayItem) -> Front:
        """One look at all workloads for each selector, however many gateways have it."""
        selector = frozenset(((gateway.spec.selector if gateway.spec else None) or {}).items())
        if not selector:
            return Front()
        known = self._of_selectors.get(selector)
        if known is None:
            known = self._of_selectors[selector] = self._selected(selector)
        return known

    def of_gateway_api(self, gateway: GatewayItem) -> Front:
        if gateway.spec is not None and gateway.spec.gateway_class_name in _INTERNAL_CLASSES:
            return Front("inside")
        found = [*self._made_for(gateway), *self._addressed(gateway)]
        return self._front(found, {one.namespace for one in found}, is_on_nodes=False)

    def _selected(self, selector: frozenset[Pair]) -> Front:
        pods = [one for one in self._pods if selector.issubset(one.pod_labels)]
        found = [service for pod in pods for service in self._before(pod)]
        # Pods that nothing known makes: their Service says the same labels as the gateway.
        rarest = min((self._selecting.get(pair, []) for pair in selector), key=len)
        found += [service for service in rarest if selector.issubset(service.selector)]
        namespaces = {one.namespace for one in (*pods, *found)}
        return self._front(found, namespaces, is_on_nodes=any(pod.is_on_nodes for pod in pods))

    def _before(self, pod: WorkloadObject) -> Iterator[ServiceObject]:
        labels = set(pod.pod_labels)
        for pair in pod.pod_labels:
            for service in self._selecting.get(pair, ()):
                if service.namespace == pod.namespace and labels.issuperset(service.selector):
                    yield service

    def _made_for(self, gateway: GatewayItem) -> Iterator[ServiceObject]:
        at, name = gateway.metadata.namespace, gateway.metadata.name
        yield from (one for one in self._selecting.get((MADE_FOR, name), ()) if one.namespace == at)
        for one in self._selecting.get((ENVOY_NAME, name), ()):
            if (ENVOY_NAMESPACE, at) in one.selector:
                yield one

    def _addressed(self, gateway: GatewayItem) -> Iterator[ServiceObject]:
        for address in (gateway.spec.addresses if gateway.spec else None) or ():
            named = service_named(address.value, gateway.metadata.namespace) if address.type == "Hostname" else None
            service = self._named.get(named) if named else None
            if service is not None:
                yield service

    def _front(self, found: list[ServiceObject], namespaces: Iterable[str], *, is_on_nodes: bool) -> Front:
        opens = is_on_nodes or not found or self._is_limited
        scope: ExposureLevel = "internet" if opens or any(map(self._is_open, found)) else "inside"
        is_clear = scope == "internet" or self._is_whole
        ports = frozenset(port.number for one in found for port in one.ports)
        return Front(scope, is_clear, frozenset(namespaces), ports)

    def _is_open(self, service: ServiceObject) -> bool:
        """By its own type, or by an Ingress that leads to it."""
        return opened_scope(service) == "internet" or (service.namespace, service.name) in self._led_to
