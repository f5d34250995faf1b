"""The addresses that Gateway API and Istio lead from outside to Services. Pure.

An address exists where a route and a gateway that it names both allow its host. A route whose gateway was not read
leads nobody knows where: what it leads to is *unclear* and not closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from discovery.connectors.base import Endpoint
from discovery.connectors.kubernetes.hosts import common_host
from discovery.connectors.kubernetes.route_items import (
    GatewayItem,
    HTTPRouteItem,
    IstioGatewayItem,
    Reference,
    VirtualServiceItem,
)
from discovery.connectors.kubernetes.virtual_services import VirtualService, istio_servers
from discovery.connectors.objects.fields import HOSTS_AT_MOST, host_of, path_of
from discovery.connectors.objects.relations import Route

_GROUP = "gateway.networking.k8s.io"
_ENCRYPTED = frozenset({"HTTPS", "TLS"})


@dataclass(slots=True)
class Routes:
    """``found`` are the routes, ``unclear`` the Services that a route through an unread gateway leads to."""

    found: list[Route] = field(default_factory=list)
    unclear: set[tuple[str, str]] = field(default_factory=set)


def gateway_routes(gateways: Iterable[GatewayItem], routes: Iterable[HTTPRouteItem], read: frozenset[str]) -> Routes:
    """The addresses of HTTPRoutes; ``read`` are the namespaces whose gateways are known, empty for all."""
    known = {(item.metadata.namespace, item.metadata.name): item for item in gateways}
    made = Routes()
    for route in routes:
        here, by = route.metadata.namespace, route.metadata.name
        for parent in _parents(route):
            at = parent.namespace or here
            gateway = known.get((at, parent.name))
            if gateway is None:
                if read and at not in read:
                    made.unclear.update((namespace, service) for namespace, service, _path in _backends(route))
                continue
            for host, tls in _hosts(route, gateway, parent.section_name):
                for namespace, service, path in _backends(route):
                    source = by if namespace == here else f"{here}/{by}"
                    made.found.append((namespace, service, Endpoint(host, path, tls, f"HTTPRoute {source}")))
    return made


def istio_routes(
    gateways: Iterable[IstioGatewayItem], services: Iterable[VirtualServiceItem], read: frozenset[str]
) -> Routes:
    """The addresses of VirtualServices that are bound to gateways; ``read`` as above."""
    known = {(item.metadata.namespace, item.metadata.name): list(istio_servers(item)) for item in gateways}
    made = Routes()
    for item in services:
        virtual = VirtualService(item)
        for at, name in virtual.gateways():
            servers = known.get((at, name))
            if servers is None:
                if read and at not in read:
                    made.unclear.update(
                        (namespace, service) for namespace, service, _path in virtual.destinations(at, name)
                    )
                continue
            for host, tls in virtual.hosts(servers):
                for namespace, service, path in virtual.destinations(at, name):
                    by = virtual.spoken(namespace)
                    made.found.append((namespace, service, Endpoint(host, path, tls, by)))
    return made


def _parents(route: HTTPRouteItem) -> Iterator[Reference]:
    """The gateways that a route names and that have not refused it. Another kind of parent is a mesh's."""
    refused = set()
    for parent in (route.status.parents if route.status else None) or ():
        said = {condition.type: condition.status for condition in parent.conditions or ()}
        if parent.parent_ref is not None and "False" in (said.get("Accepted"), said.get("ResolvedRefs")):
            refused.add(_identity(parent.parent_ref, route.metadata.namespace))
    for reference in (route.spec.parent_refs if route.spec else None) or ():
        is_gateway = reference.kind in ("", "Gateway") and reference.group in (None, _GROUP)
        if is_gateway and _identity(reference, route.metadata.namespace) not in refused:
            yield reference


def _identity(reference: Reference, here: str) -> tuple[str, str, str]:
    return reference.namespace or here, reference.name, reference.section_name


def _hosts(route: HTTPRouteItem, gateway: GatewayItem, section: str) -> Iterator[tuple[str, bool]]:
    wanted = (route.spec.hostnames if route.spec else None) or ["*"]
    for listener in (gateway.spec.listeners if gateway.spec else None) or ():
        if section and listener.name != section:
            continue
        for name in wanted[:HOSTS_AT_MOST]:
            host = common_host("*" if name == "*" else host_of(name), host_of(listener.hostname) or "*")
            if host:
                yield host, listener.protocol in _ENCRYPTED


def _backends(route: HTTPRouteItem) -> Iterator[tuple[str, str, str]]:
    """Namespace and name of each Service that a route leads to, with the path."""
    for rule in (route.spec.rules if route.spec else None) or ():
        paths = {path_of(match.path.value) if match.path else "/" for match in rule.matches or ()} or {"/"}
        for reference in rule.backend_refs or ():
            if reference.kind in ("", "Service") and not reference.group:
                for path in sorted(paths):
                    yield reference.namespace or route.metadata.namespace, reference.name, path
