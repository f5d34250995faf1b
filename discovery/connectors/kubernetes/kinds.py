"""The kinds that are read of a cluster, each as its lists are decoded and as people call it."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from discovery.connectors.kubernetes.items import (
    EndpointSliceItem,
    IngressItem,
    NamespaceItem,
    Page,
    ServiceItem,
    WorkloadItem,
)
from discovery.connectors.kubernetes.mesh_items import (
    AuthorizationPolicyItem,
    DestinationRuleItem,
    PeerAuthenticationItem,
    RequestAuthenticationItem,
    ServiceEntryItem,
    SidecarItem,
    WorkloadEntryItem,
)
from discovery.connectors.kubernetes.route_items import (
    GatewayItem,
    GRPCRouteItem,
    HTTPRouteItem,
    IstioGatewayItem,
    ReferenceGrantItem,
    VirtualServiceItem,
)

Serves = Literal["services", "workloads", "exposure", "claims", "posture"]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind in a group; ``resource`` is its plural in paths and rights, ``serves`` what is not known without it.

    ``decoder`` is for a page of its list, ``one`` for a single object.
    """

    name: str
    group: str
    resource: str
    serves: Serves
    decoder: msgspec.json.Decoder[Any]
    one: msgspec.json.Decoder[Any]
    is_namespaced: bool = True

    @property
    def spoken(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource


def _kind(name: str, group: str, resource: str, serves: Serves, item: type, is_namespaced: bool = True) -> Kind:
    page = msgspec.json.Decoder(Page[item])  # type: ignore[valid-type]
    return Kind(name, group, resource, serves, page, msgspec.json.Decoder(item), is_namespaced)


SERVICES = _kind("Service", "", "services", "services", ServiceItem)
NAMESPACES = _kind("Namespace", "", "namespaces", "claims", NamespaceItem, is_namespaced=False)
WORKLOADS = (
    _kind("Deployment", "apps", "deployments", "workloads", WorkloadItem),
    _kind("StatefulSet", "apps", "statefulsets", "workloads", WorkloadItem),
    _kind("DaemonSet", "apps", "daemonsets", "workloads", WorkloadItem),
)
ENDPOINT_SLICES = _kind("EndpointSlice", "discovery.k8s.io", "endpointslices", "workloads", EndpointSliceItem)
INGRESSES = _kind("Ingress", "networking.k8s.io", "ingresses", "exposure", IngressItem)
GATEWAYS = _kind("Gateway", "gateway.networking.k8s.io", "gateways", "exposure", GatewayItem)
HTTP_ROUTES = _kind("HTTPRoute", "gateway.networking.k8s.io", "httproutes", "exposure", HTTPRouteItem)
GRPC_ROUTES = _kind("GRPCRoute", "gateway.networking.k8s.io", "grpcroutes", "exposure", GRPCRouteItem)
REFERENCE_GRANTS = _kind(
    "ReferenceGrant", "gateway.networking.k8s.io", "referencegrants", "exposure", ReferenceGrantItem
)
ISTIO_GATEWAYS = _kind("Gateway", "networking.istio.io", "gateways", "exposure", IstioGatewayItem)
VIRTUAL_SERVICES = _kind("VirtualService", "networking.istio.io", "virtualservices", "exposure", VirtualServiceItem)
SERVICE_ENTRIES = _kind("ServiceEntry", "networking.istio.io", "serviceentries", "services", ServiceEntryItem)
WORKLOAD_ENTRIES = _kind("WorkloadEntry", "networking.istio.io", "workloadentries", "services", WorkloadEntryItem)
DESTINATION_RULES = _kind("DestinationRule", "networking.istio.io", "destinationrules", "posture", DestinationRuleItem)
SIDECARS = _kind("Sidecar", "networking.istio.io", "sidecars", "posture", SidecarItem)
PEER_AUTHENTICATIONS = _kind(
    "PeerAuthentication", "security.istio.io", "peerauthentications", "posture", PeerAuthenticationItem
)
REQUEST_AUTHENTICATIONS = _kind(
    "RequestAuthentication", "security.istio.io", "requestauthentications", "posture", RequestAuthenticationItem
)
AUTHORIZATION_POLICIES = _kind(
    "AuthorizationPolicy", "security.istio.io", "authorizationpolicies", "posture", AuthorizationPolicyItem
)

#: What the mesh says of protection and traffic; none of it is needed to know that a Service is there.
MESH = (DESTINATION_RULES, SIDECARS, PEER_AUTHENTICATIONS, REQUEST_AUTHENTICATIONS, AUTHORIZATION_POLICIES)
#: Services first: when they cannot be read, nothing else needs to be.
KINDS = (
    SERVICES,
    NAMESPACES,
    *WORKLOADS,
    ENDPOINT_SLICES,
    INGRESSES,
    GATEWAYS,
    HTTP_ROUTES,
    GRPC_ROUTES,
    REFERENCE_GRANTS,
    ISTIO_GATEWAYS,
    VIRTUAL_SERVICES,
    SERVICE_ENTRIES,
    WORKLOAD_ENTRIES,
    *MESH,
)
#: Their routes lead to Services of other namespaces too.
ACROSS_NAMESPACES = frozenset({GATEWAYS, HTTP_ROUTES, GRPC_ROUTES, ISTIO_GATEWAYS, VIRTUAL_SERVICES})
#: What is kept of them is what was decoded.
WHOLE = ACROSS_NAMESPACES | {REFERENCE_GRANTS, *MESH}
