"""What Istio's Gateways and VirtualServices say of hosts, paths and destinations. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from discovery.connectors.kubernetes.hosts import common_host
from discovery.connectors.kubernetes.route_items import IstioGatewayItem, IstioRoute, VirtualServiceItem
from discovery.connectors.objects.fields import HOSTS_AT_MOST, host_of, path_of

_ENCRYPTED = frozenset({"HTTPS", "TLS"})
#: The name of all sidecars together, which is no gateway.
_MESH = "mesh"


@dataclass(frozen=True, slots=True)
class Server:
    """One host that a gateway serves, for VirtualServices of one namespace or, when that is `*`, of all."""

    namespace: str
    host: str
    tls: bool


def istio_servers(gateway: IstioGatewayItem) -> Iterator[Server]:
    for server in (gateway.spec.servers if gateway.spec else None) or ():
        redirects = server.tls is not None and server.tls.https_redirect
        tls = redirects or (server.port is not None and server.port.protocol.upper() in _ENCRYPTED)
        for name in (server.hosts or [])[:HOSTS_AT_MOST]:
            namespace, _, host = name.rpartition("/")
            namespace = gateway.metadata.namespace if namespace == "." else namespace or "*"
            checked = "*" if host == "*" else host_of(host)
            if checked:
                yield Server(namespace, checked, tls)


class VirtualService:
    """One VirtualService with what is asked of it."""

    def __init__(self, item: VirtualServiceItem) -> None:
        self._name, self._namespace = item.metadata.name, item.metadata.namespace
        self._spec = item.spec

    def spoken(self, seen_from: str) -> str:
        return f"VirtualService {self._name if seen_from == self._namespace else f'{self._namespace}/{self._name}'}"

    def gateways(self) -> Iterator[tuple[str, str]]:
        """Namespace and name of each gateway it is bound to; without any it holds inside the mesh only."""
        for reference in dict.fromkeys((self._spec.gateways if self._spec else None) or ()):
            if reference != _MESH:
                yield self._qualified(reference)

    def hosts(self, servers: Iterable[Server]) -> Iterator[tuple[str, bool]]:
        """The hosts that both it and the gateway have, with whether they are encrypted."""
        wanted = ((self._spec.hosts if self._spec else None) or [])[:HOSTS_AT_MOST]
        names = ["*" if name == "*" else host_of(name) for name in wanted]
        for server in servers:
            if server.namespace in ("*", self._namespace):
                yield from ((host, server.tls) for name in names if (host := common_host(name, server.host)))

    def destinations(self, gateway_namespace: str, gateway: str) -> Iterator[tuple[str, str, str]]:
        """Namespace and name of each Service that it leads to from that gateway, with the path."""
        if self._spec is None:
            return
        for route in (*(self._spec.http or ()), *(self._spec.tls or ()), *(self._spec.tcp or ())):
            paths = self._paths(route, (gateway_namespace, gateway))
            for one in route.route or ():
                service = self._service(one.destination.host if one.destination else "")
                if service:
                    yield from ((*service, path) for path in paths)

    def _paths(self, route: IstioRoute, gateway: tuple[str, str]) -> list[str]:
        """A match without a path allows all of them, one for other gateways none."""
        if not route.match:
            return ["/"]
        paths = set()
        for match in route.match:
            if match.gateways and gateway not in [self._qualified(name) for name in match.gateways]:
                continue
            paths.add(path_of(match.uri.exact or match.uri.prefix) if match.uri else "/")
        return sorted(paths)

    def _qualified(self, reference: str) -> tuple[str, str]:
        namespace, _, name = reference.rpartition("/")
        return (namespace if namespace not in ("", ".") else self._namespace), name

    def _service(self, host: str) -> tuple[str, str] | None:
        """A short name is one of the VirtualService's own namespace; a name outside of the cluster is no Service."""
        name, _, rest = host.partition(".")
        if not name or not rest:
            return (self._namespace, name) if name else None
        namespace, _, domain = rest.partition(".")
        return (namespace, name) if domain == "svc" or domain.startswith("svc.") else None
