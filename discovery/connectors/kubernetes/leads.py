"""Which namespaces a route or rule is about, and through which gateways: enough to know whom its change concerns. Pure.

This is wider than what it really does, on purpose: to look at a namespace in vain costs little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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

#: What leads through gateways, and the kind of those.
GATEWAY_OF = {HTTP_ROUTES: GATEWAYS, GRPC_ROUTES: GATEWAYS, VIRTUAL_SERVICES: ISTIO_GATEWAYS}
#: What may be about services of other namespaces than its own.
LEADING = frozenset({*GATEWAY_OF, DESTINATION_RULES})

_SERVICES = ".svc.cluster.local"

#: Kind, namespace and name of an object.
Key = tuple[Kind, str, str]


@dataclass(frozen=True, slots=True)
class Lead:
    """``hosts`` are names that are no Service's and that a ServiceEntry may have.

    ``is_wide``: nobody can say by the object alone which namespaces it is about.
    """

    namespaces: frozenset[str]
    hosts: frozenset[str] = frozenset()
    gateways: frozenset[Key] = frozenset()
    is_wide: bool = False


def lead_of(kind: Kind, item: Any) -> Lead:
    """Where a route or rule leads; its own namespace is always among it."""
    here = item.metadata.namespace
    if item.spec is None:
        return Lead(frozenset((here,)))
    if kind is DESTINATION_RULES:
        return _named(here, [item.spec.host])
    if kind is VIRTUAL_SERVICES:
        return _of_virtual_service(item, here)
    spec = item.spec
    backends = (reference for rule in spec.rules or () for reference in rule.backend_refs or ())
    parents = [(parent.namespace or here, parent.name) for parent in spec.parent_refs or ()]
    # A parent may be a Service that the mesh leads elsewhere.
    namespaces = {here, *(one.namespace or here for one in backends), *(at for at, _name in parents)}
    return Lead(frozenset(namespaces), gateways=frozenset((GATEWAY_OF[kind], *parent) for parent in parents))


def _of_virtual_service(item: Any, here: str) -> Lead:
    spec = item.spec
    rules = (*(spec.http or ()), *(spec.tls or ()), *(spec.tcp or ()))
    targets = (one.destination.host for rule in rules for one in rule.route or () if one.destination is not None)
    lead = _named(here, [*(spec.hosts or ()), *targets])
    references = (reference.rpartition("/") for reference in spec.gateways or ())
    gateways = ((ISTIO_GATEWAYS, here if at in ("", ".") else at, name) for at, _, name in references)
    delegates = any(rule.delegate is not None for rule in rules)
    return Lead(lead.namespaces, lead.hosts, frozenset(gateways), lead.is_wide or delegates)


def _named(here: str, names: list[str]) -> Lead:
    namespaces, hosts, is_wide = {here}, set(), False
    for name in names:
        if name.startswith("*"):
            found = list(_wild(name[1:]))
            namespaces.update(found)
            is_wide = is_wide or "" in found
            continue
        service = service_named(name, here)
        if service is not None:
            namespaces.add(service[0])
        elif name:
            hosts.add(name)
    return Lead(frozenset(namespaces - {""}), frozenset(hosts), is_wide=is_wide)


def _wild(ending: str) -> Iterator[str]:
    """The namespace of the services whose names end so; an empty one when that may be any."""
    if _SERVICES.endswith(ending):
        yield ""
    elif ending.endswith(_SERVICES):
        _front, dot, namespace = ending.removesuffix(_SERVICES).rpartition(".")
        yield namespace if dot else ""
