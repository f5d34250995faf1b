"""The gateways on the way from outside to a Service, and whether they ask who calls.

Sources: istio.io/latest/docs/reference/config/networking/gateway (selector, MUTUAL),
istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api (the pods of a Gateway of Gateway API carry its name)
and istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from discovery.connectors.base import Endpoint
from discovery.connectors.kubernetes.hosts import common_host
from discovery.connectors.kubernetes.kinds import (
    AUTHORIZATION_POLICIES,
    GATEWAYS,
    GRPC_ROUTES,
    HTTP_ROUTES,
    ISTIO_GATEWAYS,
    REQUEST_AUTHENTICATIONS,
    VIRTUAL_SERVICES,
    Kind,
)
from discovery.connectors.kubernetes.mesh.authorization import Admissions
from discovery.connectors.kubernetes.mesh.callers import Answer, Caller
from discovery.connectors.kubernetes.mesh.pods import Pods
from discovery.connectors.kubernetes.mesh.policies import Policies
from discovery.connectors.kubernetes.mesh.tokens import requires_token
from discovery.connectors.kubernetes.mesh_items import AuthorizationPolicyItem, RequestAuthenticationItem
from discovery.connectors.kubernetes.route_items import GatewayItem, IstioGatewayItem, IstioServer
from discovery.connectors.kubernetes.store import Store
from discovery.connectors.objects.model import Pairs, WorkloadObject

GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
PODS_AT_MOST = 20
GATEWAYS_AT_MOST = 20

Knows = Callable[[Kind, str], bool]


@dataclass(frozen=True, slots=True)
class Gate:
    """One way in: whether it lets a caller without credentials pass, why not, and as whom it then calls."""

    passes: Answer
    caller: Caller
    reason: str = ""
    by: str = ""


class Gates:
    """The ways from outside, for each address; what a gateway asks is worked out when the first address needs it."""

    def __init__(
        self,
        store: Store,
        knows: Knows,
        workloads: Callable[[], Iterable[WorkloadObject]],
        tokens: Policies[RequestAuthenticationItem],
        policies: Policies[AuthorizationPolicyItem],
        admissions: Admissions,
    ) -> None:
        self._store, self._knows = store, knows
        self._workloads = workloads
        self._tokens, self._policies, self._admissions = tokens, policies, admissions
        self._pods: dict[Pairs, list[tuple[str, Pods]]] = {}

    def to(self, endpoint: Endpoint, namespace: str) -> list[Gate]:
        """The gates of one address of a Service; none when the objects that make it are not known."""
        kind, _, reference = endpoint.by.partition(" ")
        at, _, name = reference.rpartition("/")
        if kind == "VirtualService":
            return list(self._istio(endpoint.host, at or namespace, name))
        if kind in ("HTTPRoute", "GRPCRoute"):
            route_kind = HTTP_ROUTES if kind == "HTTPRoute" else GRPC_ROUTES
            return list(self._gateway_api(route_kind, endpoint.host, at or namespace, name))
        # Whatever serves an Ingress may be in the mesh; a load balancer has no identity there.
        return [Gate(True, Caller(endpoint.host, is_unclear=kind == "Ingress"))]

    def _istio(self, host: str, here: str, name: str) -> Iterator[Gate]:
        item = self._store.get(VIRTUAL_SERVICES, here, name)
        for reference in ((item.spec.gateways if item is not None and item.spec else None) or ())[:GATEWAYS_AT_MOST]:
            at, _, gateway_name = reference.rpartition("/")
            gateway = self._store.get(ISTIO_GATEWAYS, here if at in ("", ".") else at, gateway_name)
            servers = list(_servers(gateway, host)) if gateway is not None else []
            if gateway is not None and servers:
                yield from self._istio_gates(gateway, servers, host)

    def _istio_gates(self, gateway: IstioGatewayItem, servers: list[IstioServer], host: str) -> Iterator[Gate]:
        by = f"Gateway {gateway.metadata.namespace}/{gateway.metadata.name}"
        modes = {server.tls.mode if server.tls is not None else "" for server in servers}
        if modes == {"MUTUAL"}:
            yield Gate(False, Caller(host), "its gateway asks for a client certificate", by)
            return
        if modes & {"PASSTHROUGH", "AUTO_PASSTHROUGH"}:
            yield Gate(None, Caller(host), "its gateway passes TLS on without opening it", by)
            return
        selector = tuple(sorted(((gateway.spec.selector if gateway.spec else None) or {}).items()))
        behind = self._pods_of(selector)
        if not behind:
            yield Gate(None, Caller(host, is_unclear=True), "the pods of its gateway are not known", by)
        for namespace, pods in behind[:PODS_AT_MOST]:
            yield self._gate(namespace, pods, host, by, ())

    def _gateway_api(self, kind: Kind, host: str, here: str, name: str) -> Iterator[Gate]:
        route = self._store.get(kind, here, name)
        for parent in ((route.spec.parent_refs if route is not None and route.spec else None) or ())[:GATEWAYS_AT_MOST]:
            at = parent.namespace or here
            gateway: GatewayItem | None = self._store.get(GATEWAYS, at, parent.name)
            if gateway is None or gateway.spec is None or parent.kind not in ("", "Gateway"):
                continue
            if not gateway.spec.gateway_class_name.startswith("istio"):
                yield Gate(True, Caller(host, is_unclear=True))
                continue
            pods = Pods(((GATEWAY_NAME, parent.name),), name=parent.name, is_whole=False)
            yield self._gate(at, pods, host, f"Gateway {at}/{parent.name}", (at, parent.name))

    def _gate(self, namespace: str, pods: Pods, host: str, by: str, attached: tuple[str, ...]) -> Gate:
        """What the policies of the gateway's own pods ask."""
        account = f"{attached[1]}-istio" if attached else pods.traits.service_account
        caller = Caller(host, namespace, account)
        kinds = (AUTHORIZATION_POLICIES, REQUEST_AUTHENTICATIONS)
        if not all(self._knows(kind, at) for kind in kinds for at in (namespace, self._policies.root)):
            return Gate(None, caller, "the policies of its gateway could not be read", by)
        policies = [*self._policies.of(namespace, pods)]
        tokens = [*self._tokens.of(namespace, pods)]
        if attached:
            policies += self._policies.attached(namespace, "Gateway", attached[1])
            tokens += self._tokens.attached(namespace, "Gateway", attached[1])
        if requires_token(tokens):
            return Gate(False, caller, "its gateway asks for a token", by)
        passes = self._admissions.admission(policies).passes(Caller(host))
        if passes is not True:
            reason = "the policies of its gateway refuse whoever shows no credentials"
            return Gate(passes, caller, reason if passes is False else "the policies of its gateway depend on more", by)
        return Gate(True, caller, by=by)

    def _pods_of(self, selector: Pairs) -> list[tuple[str, Pods]]:
        """The pods of all namespaces that a selector matches; one that selects nothing stands for no pods here."""
        if not selector:
            return []
        if selector not in self._pods:
            wanted = set(selector)
            self._pods[selector] = [
                (one.namespace, Pods(one.pod_labels, one.traits, f"{one.kind} {one.name}"))
                for one in self._workloads()
                if wanted.issubset(one.pod_labels)
            ]
        return self._pods[selector]


def _servers(gateway: IstioGatewayItem, host: str) -> Iterator[IstioServer]:
    """The servers for a host, without those that only redirect to HTTPS."""
    for server in (gateway.spec.servers if gateway.spec else None) or ():
        if server.tls is not None and server.tls.https_redirect:
            continue
        names = (name.rpartition("/")[2].lower() for name in server.hosts or ())
        if any(common_host(host, name) for name in names):
            yield server
