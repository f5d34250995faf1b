"""The kinds of object the server knows, built in and custom."""

from dataclasses import dataclass

READ_VERBS = ("get", "list", "watch")
_ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind under all the versions it is served in, the preferred one first.

    A custom kind comes with a CustomResourceDefinition: it can be absent, and its lists have another shape.
    """

    group: str
    versions: tuple[str, ...]
    plural: str
    name: str
    is_namespaced: bool = True
    is_custom: bool = False
    verbs: tuple[str, ...] = _ALL_VERBS
    fields: tuple[str, ...] = ()
    """Fields that field selectors may name besides ``metadata.name`` and ``metadata.namespace``."""
    warning: str = ""
    """What the server warns every reader of (RFC 7234 warn-code 299)."""

    @property
    def qualified(self) -> str:
        """The resource as messages name it: ``services``, ``virtualservices.networking.istio.io``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def api_version(self, version: str = "") -> str:
        served = version or self.versions[0]
        return f"{self.group}/{served}" if self.group else served


def _custom(group: str, *names: tuple[str, str], versions: tuple[str, ...]) -> tuple[Kind, ...]:
    return tuple(Kind(group, versions, plural, name, is_custom=True) for plural, name in names)


_ENDPOINTS_WARNING = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"

SERVICE = Kind("", ("v1",), "services", "Service", fields=("spec.clusterIP", "spec.type"))
NAMESPACE = Kind("", ("v1",), "namespaces", "Namespace", is_namespaced=False, fields=("status.phase",))
SECRET = Kind("", ("v1",), "secrets", "Secret", fields=("type",))
SERVICE_ACCOUNT = Kind("", ("v1",), "serviceaccounts", "ServiceAccount")
ENDPOINTS = Kind("", ("v1",), "endpoints", "Endpoints", warning=_ENDPOINTS_WARNING)
DEPLOYMENT = Kind("apps", ("v1",), "deployments", "Deployment")
STATEFUL_SET = Kind("apps", ("v1",), "statefulsets", "StatefulSet")
DAEMON_SET = Kind("apps", ("v1",), "daemonsets", "DaemonSet")
ENDPOINT_SLICE = Kind("discovery.k8s.io", ("v1",), "endpointslices", "EndpointSlice")
INGRESS = Kind("networking.k8s.io", ("v1",), "ingresses", "Ingress")
API_SERVICE = Kind("apiregistration.k8s.io", ("v1",), "apiservices", "APIService", is_namespaced=False)

_RBAC = "rbac.authorization.k8s.io"
ROLE = Kind(_RBAC, ("v1",), "roles", "Role")
ROLE_BINDING = Kind(_RBAC, ("v1",), "rolebindings", "RoleBinding")
CLUSTER_ROLE = Kind(_RBAC, ("v1",), "clusterroles", "ClusterRole", is_namespaced=False)
CLUSTER_ROLE_BINDING = Kind(_RBAC, ("v1",), "clusterrolebindings", "ClusterRoleBinding", is_namespaced=False)

WORKLOADS = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET)
BUILT_IN = (
    SERVICE,
    NAMESPACE,
    SECRET,
    SERVICE_ACCOUNT,
    ENDPOINTS,
    *WORKLOADS,
    ENDPOINT_SLICE,
    INGRESS,
    API_SERVICE,
    ROLE,
    ROLE_BINDING,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
)

GATEWAY_API = (
    Kind("gateway.networking.k8s.io", ("v1", "v1beta1"), "gatewayclasses", "GatewayClass", False, is_custom=True),
    *_custom(
        "gateway.networking.k8s.io",
        ("gateways", "Gateway"),
        ("httproutes", "HTTPRoute"),
        ("referencegrants", "ReferenceGrant"),
        versions=("v1", "v1beta1"),
    ),
    *_custom("gateway.networking.k8s.io", ("grpcroutes", "GRPCRoute"), versions=("v1",)),
)

ISTIO = (
    *_custom(
        "networking.istio.io",
        ("destinationrules", "DestinationRule"),
        ("gateways", "Gateway"),
        ("serviceentries", "ServiceEntry"),
        ("sidecars", "Sidecar"),
        ("virtualservices", "VirtualService"),
        ("workloadentries", "WorkloadEntry"),
        ("workloadgroups", "WorkloadGroup"),
        versions=("v1", "v1beta1", "v1alpha3"),
    ),
    *_custom(
        "security.istio.io",
        ("authorizationpolicies", "AuthorizationPolicy"),
        ("peerauthentications", "PeerAuthentication"),
        ("requestauthentications", "RequestAuthentication"),
        versions=("v1", "v1beta1"),
    ),
)
