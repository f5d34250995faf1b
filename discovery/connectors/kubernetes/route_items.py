"""The objects of Gateway API and Istio that lead from outside to Services, as far as they are read."""

from typing import Any

from discovery.connectors.kubernetes.items import Metadata, Part
from discovery.connectors.kubernetes.mesh_items import DatedMetadata


class Reference(Part):
    """To another object; an absent namespace is that of the object that refers."""

    name: str = ""
    namespace: str = ""
    kind: str = ""
    group: str | None = None
    section_name: str = ""


class Listener(Part):
    name: str = ""
    hostname: str = ""
    protocol: str = ""


class Listeners(Part):
    gateway_class_name: str = ""
    listeners: list[Listener] | None = None


class GatewayItem(Part):
    """A Gateway of gateway.networking.k8s.io."""

    metadata: Metadata
    spec: Listeners | None = None


class PathMatch(Part):
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


class RouteCondition(Part):
    type: str = ""
    status: str = ""


class RouteParent(Part):
    parent_ref: Reference | None = None
    conditions: list[RouteCondition] | None = None


class RouteParents(Part):
    parents: list[RouteParent] | None = None


class HTTPRouteItem(Part):
    metadata: Metadata
    spec: HTTPRouteSpec | None = None
    status: RouteParents | None = None


class GRPCMethod(Part):
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


class HTTPMatch(Part):
    uri: StringMatch | None = None
    gateways: list[str] | None = None
    source_namespace: str = ""
    source_labels: dict[str, str] | None = None


class Destination(Part):
    host: str = ""
    subset: str = ""


class RouteDestination(Part):
    destination: Destination | None = None
    weight: int = 0


class IstioRoute(Part):
    """``name`` to ``mirrors`` are those of HTTP."""

    match: list[HTTPMatch] | None = None
    route: list[RouteDestination] | None = None
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
