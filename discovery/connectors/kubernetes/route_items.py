"""The objects of Gateway API and Istio that lead to Services, as far as they are read."""

from typing import Any

import msgspec

from discovery.connectors.kubernetes.items import Condition, Metadata, Part
from discovery.connectors.kubernetes.mesh_items import DatedMetadata


class Reference(Part):
    """To another object; an absent namespace is that of the object that refers."""

    name: str = ""
    namespace: str = ""
    kind: str = ""
    group: str | None = None
    section_name: str = ""
    port: int | None = None


class RouteNamespaces(Part):
    from_: str = msgspec.field(default="", name="from")
    selector: dict[str, Any] | None = None


class RouteKind(Part):
    kind: str = ""
    group: str | None = None


class AllowedRoutes(Part):
    namespaces: RouteNamespaces | None = None
    kinds: list[RouteKind] | None = None


class ListenerTLS(Part):
    mode: str = ""
    certificate_refs: list[Reference] | None = None


class Listener(Part):
    name: str = ""
    hostname: str = ""
    port: int = 0
    protocol: str = ""
    tls: ListenerTLS | None = None
    allowed_routes: AllowedRoutes | None = None


class GatewayAddress(Part):
    type: str = ""
    value: str = ""


class GatewaySpec(Part):
    gateway_class_name: str = ""
    addresses: list[GatewayAddress] | None = None
    listeners: list[Listener] | None = None


class ListenerStatus(Part):
    name: str = ""
    conditions: list[Condition] | None = None


class GatewayStatus(Part):
    conditions: list[Condition] | None = None
    listeners: list[ListenerStatus] | None = None


class GatewayItem(Part):
    """A Gateway of gateway.networking.k8s.io."""

    metadata: Metadata
    spec: GatewaySpec | None = None
    status: GatewayStatus | None = None


class GrantFrom(Part):
    group: str = ""
    kind: str = ""
    namespace: str = ""


class GrantTo(Part):
    """Without a name all objects of the kind."""

    group: str = ""
    kind: str = ""
    name: str = ""


class GrantSpec(Part):
    from_: list[GrantFrom] | None = msgspec.field(default=None, name="from")
    to: list[GrantTo] | None = None


class ReferenceGrantItem(Part):
    metadata: Metadata
    spec: GrantSpec | None = None


class PathMatch(Part):
    type: str = ""
    value: str = "/"


class RouteMatch(Part):
    path: PathMatch | None = None


class HTTPRule(Part):
    matches: list[RouteMatch] | None = None
    backend_refs: list[Reference] | None = None


class HTTPRouteSpec(Part):
    parent_refs: list[Reference] | None = None
    hostnames: list[str] | None = None
    rules: list[HTTPRule] | None = None


class RouteParent(Part):
    parent_ref: Reference | None = None
    conditions: list[Condition] | None = None


class RouteParents(Part):
    parents: list[RouteParent] | None = None


class HTTPRouteItem(Part):
    metadata: Metadata
    spec: HTTPRouteSpec | None = None
    status: RouteParents | None = None


class GRPCMethod(Part):
    type: str = ""
    service: str = ""
    method: str = ""


class GRPCMatch(Part):
    method: GRPCMethod | None = None


class GRPCRule(Part):
    matches: list[GRPCMatch] | None = None
    backend_refs: list[Reference] | None = None


class GRPCRouteSpec(Part):
    parent_refs: list[Reference] | None = None
    hostnames: list[str] | None = None
    rules: list[GRPCRule] | None = None


class GRPCRouteItem(Part):
    metadata: Metadata
    spec: GRPCRouteSpec | None = None
    status: RouteParents | None = None


class ServerPort(Part):
    number: int = 0
    protocol: str = ""


class ServerTLS(Part):
    mode: str = ""
    https_redirect: bool = False


class IstioServer(Part):
    hosts: list[str] | None = None
    port: ServerPort | None = None
    tls: ServerTLS | None = None


class IstioServers(Part):
    selector: dict[str, str] | None = None
    servers: list[IstioServer] | None = None


class IstioGatewayItem(Part):
    """A Gateway of networking.istio.io."""

    metadata: Metadata
    spec: IstioServers | None = None


class StringMatch(Part):
    exact: str = ""
    prefix: str = ""
    regex: str = ""


class IstioMatch(Part):
    """Of HTTP (``uri``), TLS (``sni_hosts``) or TCP."""

    uri: StringMatch | None = None
    sni_hosts: list[str] | None = None
    gateways: list[str] | None = None
    port: int | None = None
    source_namespace: str = ""
    source_labels: dict[str, str] | None = None


class Destination(Part):
    host: str = ""
    subset: str = ""


class RouteDestination(Part):
    destination: Destination | None = None
    weight: int = 0


class Delegate(Part):
    name: str = ""
    namespace: str = ""


class IstioRoute(Part):
    """``name`` to ``mirrors`` are those of HTTP."""

    match: list[IstioMatch] | None = None
    route: list[RouteDestination] | None = None
    delegate: Delegate | None = None
    name: str = ""
    timeout: str = ""
    retries: dict[str, Any] | None = None
    fault: dict[str, Any] | None = None
    mirror: Destination | None = None
    mirror_percentage: dict[str, Any] | None = None
    mirrors: list[dict[str, Any]] | None = None


class VirtualServiceSpec(Part):
    hosts: list[str] | None = None
    gateways: list[str] | None = None
    export_to: list[str] | None = None
    http: list[IstioRoute] | None = None
    tls: list[IstioRoute] | None = None
    tcp: list[IstioRoute] | None = None


class VirtualServiceItem(Part):
    metadata: DatedMetadata
    spec: VirtualServiceSpec | None = None
