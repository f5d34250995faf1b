"""What Istio's Gateways and VirtualServices say of hosts, paths and destinations. Pure.

«Virtual Service» and «Gateway», istio.io/docs/reference/config/networking. Routes of HTTP hold for servers that speak
it or end TLS, routes of TLS for those that pass it through, routes of TCP for the others. A rewrite changes what the
service is asked for and not the address. A delegate has no hosts and gives its routes to the VirtualService that names
it, whose match and its own must both hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from discovery.connectors.kubernetes.hosts import common_host, path_of_pattern, service_named
from discovery.connectors.kubernetes.route_items import (
    Delegate,
    IstioGatewayItem,
    IstioMatch,
    IstioRoute,
    IstioServer,
    StringMatch,
    VirtualServiceItem,
)
from discovery.connectors.objects.fields import HOSTS_AT_MOST, host_of, path_of

#: The name of all sidecars together, which is no gateway.
MESH = "mesh"
_PASSED = frozenset({"PASSTHROUGH", "AUTO_PASSTHROUGH"})
_HTTP = frozenset({"HTTP", "HTTP2", "GRPC", "GRPC-WEB"})

Carried = Literal["http", "tls", "tcp"]
CARRIED: tuple[Carried, ...] = get_args(Carried)


@dataclass(frozen=True, slots=True)
class Server:
    """One host that a gateway serves, for VirtualServices of one namespace or, when that is `*`, of all.

    ``port`` is 0 for one that only sends its callers on to HTTPS.
    """

    namespace: str
    host: str
    tls: bool
    carries: Carried
    port: int


class Lead(NamedTuple):
    """What a route leads to: the destination as it is written and the namespace it is written in, under a path.

    ``host`` is the one that a route of TLS asks for, else empty; ``port`` what it matches, 0 for any. ``service`` is
    what the destination names, so it never decides about the order of two.
    """

    destination: str
    written_in: str
    path: str
    host: str
    port: int
    service: tuple[str, str] | None


def istio_servers(gateway: IstioGatewayItem) -> Iterator[Server]:
    for server in (gateway.spec.servers if gateway.spec else None) or ():
        carries, tls = _carried(server)
        redirects = server.tls is not None and server.tls.https_redirect
        port = server.port.number if server.port is not None and not redirects else 0
        for name in (server.hosts or [])[:HOSTS_AT_MOST]:
            namespace, _, host = name.rpartition("/")
            namespace = gateway.metadata.namespace if namespace == "." else namespace or "*"
            checked = "*" if host == "*" else host_of(host)
            if checked:
                yield Server(namespace, checked, tls or redirects, carries, port)


def _carried(server: IstioServer) -> tuple[Carried, bool]:
    protocol = server.port.protocol.upper() if server.port is not None else ""
    is_passed = server.tls is not None and server.tls.mode in _PASSED
    if protocol in _HTTP:
        return "http", False
    if protocol in ("HTTPS", "TLS") and is_passed:
        return "tls", True
    if protocol == "HTTPS":
        return "http", True
    return "tcp", protocol == "TLS"


class VirtualService:
    """One VirtualService with what is asked of it."""

    def __init__(self, item: VirtualServiceItem) -> None:
        self.name, self.namespace = item.metadata.name, item.metadata.namespace
        self._spec = item.spec
        self._everywhere: dict[Carried, list[Lead]] = {}
        wanted = ((item.spec.hosts if item.spec else None) or [])[:HOSTS_AT_MOST]
        self.hosts = tuple("*" if name == "*" else host_of(name) for name in wanted)

    def spoken(self, seen_from: str) -> str:
        return f"VirtualService {self.name if seen_from == self.namespace else f'{self.namespace}/{self.name}'}"

    def gateways(self) -> Iterator[tuple[str, str]]:
        """Namespace and name of each gateway it is bound to."""
        for reference in dict.fromkeys((self._spec.gateways if self._spec else None) or ()):
            if reference != MESH:
                yield self._qualified(reference)

    @property
    def is_in_mesh(self) -> bool:
        """Whether sidecars follow it: those that name no gateway, or the mesh among them."""
        named = (self._spec.gateways if self._spec else None) or ()
        return not named or MESH in named

    def is_exported_to(self, namespace: str) -> bool:
        """Whether proxies of that namespace see it; those of all do when it says nothing."""
        exported = (self._spec.export_to if self._spec else None) or ["*"]
        return "*" in exported or namespace in exported or ("." in exported and namespace == self.namespace)

    def hosts_at(self, server: Server) -> Iterator[str]:
        """The hosts that both it and the gateway have."""
        if server.namespace in ("*", self.namespace):
            yield from (host for name in self.hosts if (host := common_host(name, server.host)))

    def leads(
        self, carries: Carried, gateway: tuple[str, str] | None, others: Mapping[tuple[str, str], "VirtualService"]
    ) -> list[Lead]:
        """What it leads to from that gateway, or within the mesh without one; each once, in one order.

        ``others`` has the VirtualServices that may be its delegates.
        """
        if self._spec is None or not getattr(self._spec, carries):
            return []
        if self._depends_on_gateway:
            return self._led_to(carries, gateway, others)
        found = self._everywhere.get(carries)
        if found is None:
            found = self._everywhere[carries] = self._led_to(carries, gateway, others)
        return found

    @cached_property
    def _depends_on_gateway(self) -> bool:
        """Whether a match names gateways, or may do so in a delegate."""
        routes = (route for carries in CARRIED for route in getattr(self._spec, carries) or ())
        return any(route.delegate is not None or any(match.gateways for match in route.match or ()) for route in routes)

    def _led_to(
        self, carries: Carried, gateway: tuple[str, str] | None, others: Mapping[tuple[str, str], "VirtualService"]
    ) -> list[Lead]:
        if carries == "http":
            found = self._http_leads(gateway, others)
        elif carries == "tls":
            found = self._tls_leads(gateway)
        else:
            found = self._tcp_leads(gateway)
        return sorted(set(found))

    def _http_leads(
        self, gateway: tuple[str, str] | None, others: Mapping[tuple[str, str], "VirtualService"]
    ) -> Iterator[Lead]:
        for route in (self._spec.http if self._spec else None) or ():
            matches = self._matches(route, gateway)
            if route.delegate is not None:
                delegate = self._delegate(route.delegate, others)
                for match in matches if delegate is not None else ():
                    yield from delegate.delegated(match, gateway)
                continue
            for match in matches:
                yield from self._led(route, path=path_matched(match.uri), port=match.port or 0)

    def delegated(self, root: IstioMatch, gateway: tuple[str, str] | None) -> Iterator[Lead]:
        """What its own routes lead to where the match of who names it holds as well."""
        for route in (self._spec.http if self._spec else None) or ():
            for match in self._matches(route, gateway) if route.delegate is None else ():
                uri = _both(root.uri, match.uri)
                if uri is not None:
                    yield from self._led(route, path=path_matched(uri), port=match.port or root.port or 0)

    def _tls_leads(self, gateway: tuple[str, str] | None) -> Iterator[Lead]:
        for route in (self._spec.tls if self._spec else None) or ():
            for match in self._matches(route, gateway):
                for host in (match.sni_hosts or [])[:HOSTS_AT_MOST]:
                    yield from self._led(route, host="*" if host == "*" else host_of(host), port=match.port or 0)

    def _tcp_leads(self, gateway: tuple[str, str] | None) -> Iterator[Lead]:
        for route in (self._spec.tcp if self._spec else None) or ():
            for match in self._matches(route, gateway):
                yield from self._led(route, port=match.port or 0)

    def _led(self, route: IstioRoute, *, path: str = "/", host: str = "", port: int = 0) -> Iterator[Lead]:
        for one in route.route or ():
            if one.destination is not None and one.destination.host:
                to = one.destination.host
                yield Lead(to, self.namespace, path, host, port, service_named(to, self.namespace))

    def _matches(self, route: IstioRoute, gateway: tuple[str, str] | None) -> list[IstioMatch]:
        """Those that hold for the gateway; no match at all allows everything."""
        if not route.match:
            return [IstioMatch()]
        return [match for match in route.match if self._holds(match, gateway)]

    def _holds(self, match: IstioMatch, gateway: tuple[str, str] | None) -> bool:
        if not match.gateways:
            return True
        if gateway is None:
            return MESH in match.gateways
        return gateway in [self._qualified(name) for name in match.gateways if name != MESH]

    def _delegate(self, named: Delegate, others: Mapping[tuple[str, str], "VirtualService"]) -> "VirtualService | None":
        """One that has no hosts of its own and is visible here."""
        found = others.get((named.namespace or self.namespace, named.name))
        return found if found is not None and not found.hosts and found.is_exported_to(self.namespace) else None

    def _qualified(self, reference: str) -> tuple[str, str]:
        namespace, _, name = reference.rpartition("/")
        return (namespace if namespace not in ("", ".") else self.namespace), name


def path_matched(uri: StringMatch | None) -> str:
    """The path that a match asks for, or that those it asks for begin with."""
    if uri is None:
        return "/"
    return path_of_pattern(uri.regex) if uri.regex else path_of(uri.exact or uri.prefix)


def _both(root: StringMatch | None, own: StringMatch | None) -> StringMatch | None:
    """The match of a delegate, when it is within that of its root; nothing when both together cannot hold."""
    if own is None or root is None:
        return own or root or StringMatch(prefix="/")
    if root.prefix:
        return own if (own.exact or own.prefix).startswith(root.prefix) else None
    return own if own == root else None
