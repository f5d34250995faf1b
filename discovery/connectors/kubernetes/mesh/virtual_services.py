"""What VirtualServices do with calls to a Service: timeouts, retries, faults and where traffic goes.

Source: istio.io/latest/docs/reference/config/networking/virtual-service (gateways: `mesh` stands for all sidecars, and
is meant when none is named) and istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services
(several for one host are merged at gateways only; of those for sidecars the oldest counts).
"""

from collections.abc import Collection, Iterable, Iterator

from discovery.connectors.base import PostureFact
from discovery.connectors.kubernetes.hosts import service_named
from discovery.connectors.kubernetes.mesh.hosts import HOSTS_AT_MOST, ByHost, Key, is_for_all
from discovery.connectors.kubernetes.mesh.routes import ROUTES_AT_MOST, route_facts
from discovery.connectors.kubernetes.mesh.words import named
from discovery.connectors.kubernetes.route_items import IstioRoute, VirtualServiceItem

KIND = "VirtualService"
MESH = "mesh"
OBJECTS_AT_MOST = 10


class VirtualServices:
    """All VirtualServices that may lead calls to Services of some namespaces, or to all."""

    def __init__(self, items: Iterable[VirtualServiceItem], namespaces: Collection[str] | None) -> None:
        self._by_host: ByHost[VirtualServiceItem] = ByHost(namespaces)
        self._by_target: dict[Key, list[VirtualServiceItem]] = {}
        for item in items:
            spec = item.spec
            if spec is None:
                continue
            if not spec.gateways or MESH in spec.gateways:
                self._by_host.add(item, (spec.hosts or ())[:HOSTS_AT_MOST])
            if spec.gateways and (len(spec.gateways) > 1 or MESH not in spec.gateways):
                for key in _targets(item):
                    if namespaces is None or key[0] in namespaces:
                        self._by_target.setdefault(key, []).append(item)

    def facts(self, namespace: str, name: str) -> Iterator[PostureFact]:
        """First what sidecars do with calls inside the mesh, then what gateways do with those from outside."""
        stated: set[int] = set()
        for same_host in self._by_host.of(namespace, name):
            yield from self._inside(same_host, (namespace, name), stated)
            if any(map(is_for_all, same_host)):
                break
        for item in self._by_target.get((namespace, name), ())[:OBJECTS_AT_MOST]:
            if id(item) not in stated:
                yield from _from_outside(item, (namespace, name))

    def _inside(self, items: list[VirtualServiceItem], service: Key, stated: set[int]) -> Iterator[PostureFact]:
        counting: dict[str, VirtualServiceItem] = {}
        for item in items[:OBJECTS_AT_MOST]:
            audience = "" if is_for_all(item) else f"Callers in {item.metadata.namespace}: "
            first = counting.setdefault(audience, item)
            if first is not item:
                text = f"Does not count inside the mesh: {named(first, KIND)} is for the same host and older."
                yield PostureFact("traffic", text, named(item, KIND), "warning")
                continue
            stated.add(id(item))
            routes = [route for route in (item.spec.http or ())[:ROUTES_AT_MOST] if _is_inside(route)]
            yield from route_facts(audience, named(item, KIND), routes, service, item.metadata.namespace)


def _from_outside(item: VirtualServiceItem, service: Key) -> Iterator[PostureFact]:
    here = item.metadata.namespace
    routes = [route for route in (item.spec.http or ())[:ROUTES_AT_MOST] if service in _led_to(route, here)]
    yield from route_facts("Through a gateway: ", named(item, KIND), routes, service, here)


def _is_inside(route: IstioRoute) -> bool:
    """A route of which every match names other gateways is not for sidecars."""
    return not route.match or any(not match.gateways or MESH in match.gateways for match in route.match)


def _targets(item: VirtualServiceItem) -> set[Key]:
    """Routes of one object mostly lead to one host."""
    hosts = {host for route in (item.spec.http or ())[:ROUTES_AT_MOST] for host in _hosts(route)}
    return _services(hosts, item.metadata.namespace)


def _led_to(route: IstioRoute, here: str) -> set[Key]:
    return _services(_hosts(route), here)


def _hosts(route: IstioRoute) -> Iterator[str]:
    return (one.destination.host for one in route.route or () if one.destination is not None)


def _services(hosts: Iterable[str], here: str) -> set[Key]:
    return {key for host in hosts if (key := service_named(host, here)) is not None}
