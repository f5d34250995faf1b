"""Which namespaces a route leads to, and through which gateways: enough to know whom its change concerns. Pure.

This is wider than what a route really opens, on purpose: to look at a namespace in vain costs little.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from discovery.connectors.kubernetes.hosts import service_named
from discovery.connectors.kubernetes.kinds import (
    DESTINATION_RULES,
    GATEWAYS,
    GRPC_ROUTES,
    HTTP_ROUTES,
    ISTIO_GATEWAYS,
    VIRTUAL_SERVICES,
    Kind,
)

#: What leads, and the kind of gateway through which it does.
GATEWAY_OF = {HTTP_ROUTES: GATEWAYS, GRPC_ROUTES: GATEWAYS, VIRTUAL_SERVICES: ISTIO_GATEWAYS}
#: What says something of services of other namespaces than its own.
LEADING = (*GATEWAY_OF, DESTINATION_RULES)

#: The name of all sidecars together among the gateways of a VirtualService.
_MESH = "mesh"

#: Kind, namespace and name of an object.
Key = tuple[Kind, str, str]


def leads_of(kind: Kind, route: Any) -> frozenset[str]:
    """The namespaces of a route itself and of all that it names as destination."""
    here = route.metadata.namespace
    if route.spec is None:
        return frozenset((here,))
    if kind is DESTINATION_RULES:
        return frozenset((here, namespace_of_host(route.spec.host, here)))
    found = _istio_leads(route, here) if kind is VIRTUAL_SERVICES else _gateway_leads(route, here)
    return frozenset((here, *found))


def is_wide(kind: Kind, route: Any) -> bool:
    """Whether nobody can say by the route alone which namespaces it leads to: it gives its requests to the routes of
    another one, sends them to a host that some ServiceEntry may have, or is for services of many namespaces."""
    if kind not in (VIRTUAL_SERVICES, DESTINATION_RULES) or route.spec is None:
        return False
    if kind is DESTINATION_RULES:
        return _is_host_of_many(route.spec.host)
    here = route.metadata.namespace
    if (not route.spec.gateways or _MESH in route.spec.gateways) and any(map(_is_host_of_many, route.spec.hosts or ())):
        return True
    rules = (*(route.spec.http or ()), *(route.spec.tls or ()), *(route.spec.tcp or ()))
    if any(rule.delegate is not None for rule in rules):
        return True
    named = (one.destination.host for rule in rules for one in rule.route or () if one.destination is not None)
    return any(service_named(host, here) is None for host in named)


def _is_host_of_many(host: str) -> bool:
    """Whether a host with a `*` is no name below one namespace (`*.shop.svc.cluster.local`)."""
    return host.startswith("*") and host.split(".")[2:3] != ["svc"]


def gateways_of(kind: Kind, route: Any) -> frozenset[tuple[str, str]]:
    """Namespace and name of each gateway that a route names."""
    if route.spec is None or kind is DESTINATION_RULES:
        return frozenset()
    here = route.metadata.namespace
    if kind is VIRTUAL_SERVICES:
        parts = (name.rpartition("/") for name in route.spec.gateways or ())
        return frozenset((at if at not in ("", ".") else here, name) for at, _, name in parts)
    return frozenset((parent.namespace or here, parent.name) for parent in route.spec.parent_refs or ())


def namespace_of_host(host: str, here: str) -> str:
    """Where the service of that name is, if it is one: a short name is one of the namespace it is used in."""
    parts = host.split(".", 2)
    return parts[1] if len(parts) > 1 else here


def _istio_leads(route: Any, here: str) -> Iterator[str]:
    for host in route.spec.hosts or ():
        yield namespace_of_host(host, here)
    for rule in (*(route.spec.http or ()), *(route.spec.tls or ()), *(route.spec.tcp or ())):
        for one in rule.route or ():
            if one.destination is not None:
                yield namespace_of_host(one.destination.host, here)


def _gateway_leads(route: Any, here: str) -> Iterator[str]:
    for rule in route.spec.rules or ():
        for reference in rule.backend_refs or ():
            yield reference.namespace or here


class Leads:
    """All routes of a cluster by the namespaces they lead to and by the gateways they lead through."""

    def __init__(self, routes: Iterable[tuple[Kind, str, str, Any]] = ()) -> None:
        self._of: dict[Key, tuple[frozenset[str], frozenset[tuple[Kind, str, str]]]] = {}
        self._to: dict[str, set[Key]] = defaultdict(set)
        self._through: dict[Key, set[Key]] = defaultdict(set)
        self._wide: set[Key] = set()
        for kind, namespace, name, route in routes:
            self.put(kind, namespace, name, route)

    def put(self, kind: Kind, namespace: str, name: str, route: Any | None) -> None:
        """The route is as it is now, nothing for one that is gone."""
        key = (kind, namespace, name)
        namespaces, gateways = self._of.pop(key, (frozenset(), frozenset()))
        for at in namespaces:
            _discard(self._to, at, key)
        for gateway in gateways:
            _discard(self._through, gateway, key)
        self._wide.discard(key)
        if route is None:
            return
        if is_wide(kind, route):
            self._wide.add(key)
        namespaces = leads_of(kind, route)
        gateways = frozenset((GATEWAY_OF[kind], *gateway) for gateway in gateways_of(kind, route))
        self._of[key] = namespaces, gateways
        for at in namespaces:
            self._to[at].add(key)
        for gateway in gateways:
            self._through[gateway].add(key)

    def to(self, kind: Kind, namespaces: Collection[str]) -> Iterator[tuple[str, str]]:
        """Namespace and name of each route of the kind that may lead to one of the namespaces, in order."""
        leading = (*self._wide, *(key for at in namespaces for key in self._to.get(at, ())))
        keys = {key for key in leading if key[0] is kind}
        yield from sorted((namespace, name) for _kind, namespace, name in keys)

    def is_behind_all(self, gateway: Key) -> bool:
        """Whether a route through the gateway may lead anywhere."""
        return not self._wide.isdisjoint(self._through.get(gateway, ()))

    def behind(self, gateway: Key) -> set[str]:
        """The namespaces that something leads to through the gateway."""
        return {at for key in self._through.get(gateway, ()) for at in self._of[key][0]}

    def out_of(self, namespace: str) -> set[str]:
        """The namespaces that the routes of a namespace lead to: they all lead to their own too."""
        keys = (key for key in self._to.get(namespace, ()) if key[1] == namespace)
        return {at for key in keys for at in self._of[key][0]}


def _discard(index: dict[Any, set[Key]], at: Any, key: Key) -> None:
    index[at].discard(key)
    if not index[at]:
        del index[at]
