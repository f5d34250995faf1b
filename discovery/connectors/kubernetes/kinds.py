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
from discovery.connectors.kubernetes.route_items import (
    GatewayItem,
    HTTPRouteItem,
    IstioGatewayItem,
    VirtualServiceItem,
)

Serves = Literal["services", "workloads", "exposure", "claims"]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind in a group; ``resource`` is its plural in paths and rights, ``serves`` what is not known without it."""

    name: str
    group: str
    resource: str
    serves: Serves
    decoder: msgspec.json.Decoder[Any]
    is_namespaced: bool = True

    @property
    def spoken(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource


def _kind(name: str, group: str, resource: str, serves: Serves, item: type, is_namespaced: bool = True) -> Kind:
    return Kind(name, group, resource, serves, msgspec.json.Decoder(Page[item]), is_namespaced)  # type: ignore[valid-type]


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
ISTIO_GATEWAYS = _kind("Gateway", "networking.istio.io", "gateways", "exposure", IstioGatewayItem)
VIRTUAL_SERVICES = _kind("VirtualService", "networking.istio.io", "virtualservices", "exposure", VirtualServiceItem)

#: Services first: when they cannot be read, nothing else needs to be.
KINDS = (
    SERVICES,
    NAMESPACES,
    *WORKLOADS,
    ENDPOINT_SLICES,
    INGRESSES,
    GATEWAYS,
    HTTP_ROUTES,
    ISTIO_GATEWAYS,
    VIRTUAL_SERVICES,
)
#: Their routes lead to Services of other namespaces too.
ACROSS_NAMESPACES = frozenset({GATEWAYS, HTTP_ROUTES, ISTIO_GATEWAYS, VIRTUAL_SERVICES})
