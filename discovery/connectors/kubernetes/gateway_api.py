"""The addresses that Gateways, HTTPRoutes and GRPCRoutes of Gateway API lead to Services. Pure.

Rules of «API overview: Attaching Routes to Gateways» (gateway-api.sigs.k8s.io/concepts/api-overview) and of the API
specification (gateway-api.sigs.k8s.io/reference/spec): a route attaches to a listener of a gateway that it names when
the listener allows its namespace (without a word its own only) and kind and has a host in common with it. A backend of
another namespace counts with a ReferenceGrant. One backend that cannot be resolved takes nothing from the others, so
the condition ResolvedRefs of a route refuses none of it. A Service as parent is one that the mesh leads elsewhere
(«Service facets», gateway-api.sigs.k8s.io/mesh/service-facets).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from discovery.connectors.base import Endpoint, ProtocolSpoken
from discovery.connectors.kubernetes.fronts import MESH_CLASSES
from discovery.connectors.kubernetes.grants import GATEWAY_API, Grants
from discovery.connectors.kubernetes.hosts import common_host, path_of_pattern
from discovery.connectors.kubernetes.route_items import (
    Condition,
    GatewayItem,
    GRPCMatch,
    GRPCRouteItem,
    HTTPRouteItem,
    Listener,
    Reference,
    RouteMatch,
)
from discovery.connectors.kubernetes.routes import LEADS_AT_MOST, Around, Routes
from discovery.connectors.objects.fields import HOSTS_AT_MOST, host_of, path_of, selects
from discovery.connectors.objects.served import host_inside, usual_port

_ENCRYPTED = {"HTTP": False, "HTTPS": True}
_REFUSED_LISTENER = frozenset({("Accepted", "False", ""), ("Programmed", "False", "Invalid")})

Item = HTTPRouteItem | GRPCRouteItem


@dataclass(frozen=True, slots=True)
class _Attached:
    """A host that a listener and a route have in common."""

    host: str
    tls: bool
    port: int | None


@dataclass(frozen=True, slots=True)
class _Led:
    """A Service that a route leads to under a path; whether it may is ``None`` when nobody knows."""

    namespace: str
    service: str
    path: str
    may: bool | None


def gateway_routes(
    gateways: Iterable[GatewayItem], http: Iterable[HTTPRouteItem], grpc: Iterable[GRPCRouteItem], around: Around
) -> Routes:
    """The addresses of all routes, and what is unclear."""
    known = {(item.metadata.namespace, item.metadata.name): item for item in gateways}
    made = Routes()
    for route in http:
        _follow(made, route, "HTTPRoute", "http", known, around)
    for route in grpc:
        _follow(made, route, "GRPCRoute", "grpc", known, around)
    return made


def _follow(
    made: Routes,
    route: Item,
    kind: str,
    protocol: ProtocolSpoken,
    known: dict[tuple[str, str], GatewayItem],
    around: Around,
) -> None:
    led = [one for one in _backends(route, kind, around.grants) if around.concerns(one.namespace)]
    if not led:
        return
    here = route.metadata.namespace
    made.unclear.update((one.namespace, one.service) for one in led if one.may is None)
    led = [one for one in led if one.may]
    for parent in _parents(route):
        at = parent.namespace or here
        if parent.kind == "Service":
            _lead_in_mesh(made, route, kind, protocol, parent, led)
            continue
        gateway = known.get((at, parent.name))
        if gateway is None:
            if not around.is_read(at):
                made.unclear.update((one.namespace, one.service) for one in led)
            continue
        front = around.fronts.of_gateway_api(gateway)
        attached, is_clear = _attached(route, kind, gateway, parent, around)
        if not (is_clear and front.is_clear):
            made.unclear.update((one.namespace, one.service) for one in led)
        pairs = ((where, one) for where in attached for one in led)
        for where, one in islice(pairs, LEADS_AT_MOST):
            by = f"{kind} {_spoken(route, one.namespace)}"
            endpoint = Endpoint(where.host, one.path, where.tls, by, front.scope, where.port, protocol)
            made.found.append((one.namespace, one.service, endpoint))


def _lead_in_mesh(
    made: Routes, route: Item, kind: str, protocol: ProtocolSpoken, parent: Reference, led: list[_Led]
) -> None:
    at = parent.namespace or route.metadata.namespace
    port = usual_port(parent.port, tls=False) if parent.port else None
    for one in led:
        if (one.namespace, one.service) != (at, parent.name):
            by = f"{kind} {_spoken(route, one.namespace)}"
            endpoint = Endpoint(host_inside(at, parent.name), one.path, False, by, "mesh", port, protocol)
            made.found.append((one.namespace, one.service, endpoint))


def _spoken(route: Item, seen_from: str) -> str:
    at, name = route.metadata.namespace, route.metadata.name
    return name if at == seen_from else f"{at}/{name}"


def _parents(route: Item) -> Iterator[Reference]:
    """The gateways and Services that a route names and that have not refused it."""
    refused = {
        _identity(parent.parent_ref, route)
        for parent in (route.status.parents if route.status else None) or ()
        if parent.parent_ref is not None and _says(parent.conditions, "Accepted", "False")
    }
    for reference in (route.spec.parent_refs if route.spec else None) or ():
        is_gateway = reference.kind in ("", "Gateway") and reference.group in (None, GATEWAY_API)
        is_service = reference.kind == "Service" and reference.group == ""
        if (is_gateway or is_service) and _identity(reference, route) not in refused:
            yield reference


def _identity(reference: Reference, route: Item) -> tuple[str, str, str, int]:
    at = reference.namespace or route.metadata.namespace
    return at, reference.name, reference.section_name, reference.port or 0


def _says(conditions: list[Condition] | None, type_: str, status: str) -> bool:
    return any((one.type, one.status) == (type_, status) for one in conditions or ())


def _attached(
    route: Item, kind: str, gateway: GatewayItem, parent: Reference, around: Around
) -> tuple[list[_Attached], bool]:
    """Where the route is served by the gateway, and whether that is all that is to be known."""
    found, is_clear = [], True
    for listener in _listeners(gateway, parent):
        allows = _allows(listener, kind, gateway.metadata.namespace, route.metadata.namespace, around)
        allows = _has_certificate(listener, gateway.metadata.namespace, around.grants) if allows else allows
        is_clear = is_clear and allows is not None
        if allows:
            found += _in_common(route, listener)
    return found, is_clear


def _listeners(gateway: GatewayItem, parent: Reference) -> Iterator[Listener]:
    """Those of the gateway that the route names and that are at work; a waypoint serves nobody from outside."""
    if gateway.spec is None or gateway.spec.gateway_class_name in MESH_CLASSES:
        return
    status = gateway.status
    if status is not None and _says(status.conditions, "Accepted", "False"):
        return
    refused = {
        one.name
        for one in (status.listeners if status else None) or ()
        for said in one.conditions or ()
        if {(said.type, said.status, ""), (said.type, said.status, said.reason)} & _REFUSED_LISTENER
    }
    for listener in gateway.spec.listeners or ():
        is_named = parent.section_name in ("", listener.name) and parent.port in (None, listener.port)
        if is_named and listener.name not in refused and listener.protocol in _ENCRYPTED:
            yield listener


def _allows(listener: Listener, kind: str, at: str, route_namespace: str, around: Around) -> bool | None:
    """Whether routes of that kind and namespace may attach; ``None`` when the namespace's labels were not read."""
    allowed = listener.allowed_routes
    kinds = (allowed.kinds if allowed else None) or ()
    if kinds and not any(one.kind == kind and one.group in (None, GATEWAY_API) for one in kinds):
        return False
    namespaces = allowed.namespaces if allowed else None
    whose = (namespaces.from_ if namespaces else "") or "Same"
    if whose == "Selector":
        labels = around.labels.get(route_namespace)
        selector = (namespaces.selector if namespaces else None) or {}
        return None if labels is None else bool(selector) and selects(selector, dict(labels))
    return whose == "All" or (whose == "Same" and at == route_namespace)


def _has_certificate(listener: Listener, at: str, grants: Grants) -> bool | None:
    """A listener whose every certificate is one that it may not refer to does not serve."""
    references = (listener.tls.certificate_refs if listener.tls else None) or ()
    answers = {
        grants.allows("Gateway", at, one.kind or "Secret", one.namespace or at, one.name)
        for one in references
        if one.group in (None, "")
    }
    if not answers or True in answers:
        return True
    return None if None in answers else False


def _in_common(route: Item, listener: Listener) -> Iterator[_Attached]:
    wanted = (route.spec.hostnames if route.spec else None) or ["*"]
    tls = _ENCRYPTED[listener.protocol]
    port = usual_port(listener.port, tls) if listener.port else None
    for name in wanted[:HOSTS_AT_MOST]:
        host = common_host("*" if name == "*" else host_of(name), host_of(listener.hostname) or "*")
        if host:
            yield _Attached(host, tls, port)


def _backends(route: Item, kind: str, grants: Grants) -> Iterator[_Led]:
    """Each Service that a route leads to, with the path."""
    here = route.metadata.namespace
    for rule in (route.spec.rules if route.spec else None) or ():
        paths = sorted({_path(match) for match in rule.matches or ()} or {"/"})
        for reference in rule.backend_refs or ():
            if reference.kind in ("", "Service") and not reference.group:
                at = reference.namespace or here
                may = grants.allows(kind, here, "Service", at, reference.name)
                yield from (_Led(at, reference.name, path, may) for path in paths)


def _path(match: RouteMatch | GRPCMatch) -> str:
    """gRPC has a path for each method: its service and its name."""
    if isinstance(match, RouteMatch):
        if match.path is None:
            return "/"
        is_pattern = match.path.type == "RegularExpression"
        return path_of_pattern(match.path.value) if is_pattern else path_of(match.path.value)
    method = match.method
    if method is None or not method.service or method.type == "RegularExpression":
        return "/"
    return path_of(f"/{method.service}/{method.method}")
