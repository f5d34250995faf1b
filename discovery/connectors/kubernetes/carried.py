"""Which of Istio's gateways a change concerns because it is about what carries them. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from discovery.connectors.kubernetes.kinds import INGRESSES, ISTIO_GATEWAYS, SERVICES, WORKLOADS, Kind
from discovery.connectors.kubernetes.leads import Key
from discovery.connectors.kubernetes.store import Store
from discovery.connectors.objects.model import Pairs, ServiceObject, WorkloadObject

_CARRYING = frozenset({SERVICES, INGRESSES, *WORKLOADS})


def gateways_carried(store: Store, kind: Kind, namespace: str, objects: tuple[Any, ...]) -> Iterator[Key]:
    """The gateways that the object stands in front of or carries, when what changed of it may open or close them."""
    if kind not in _CARRYING or (len(objects) == 2 and _opens(objects[0]) == _opens(objects[1])):
        return
    gateways = [(one, _selector_of(one)) for one in store.all(ISTIO_GATEWAYS)]
    if not gateways:
        return
    sets = [set(labels) for one in objects for labels in _labels_of(store, kind, namespace, one)]
    for one, selector in gateways:
        if selector and any(selector <= labels for labels in sets):
            yield ISTIO_GATEWAYS, one.metadata.namespace, one.metadata.name


def _opens(found: Any) -> object:
    """What of it has a say in whether a gateway is open."""
    if isinstance(found, ServiceObject):
        return found.type, found.hosts, found.is_internal, found.selector, found.ports
    return (found.pod_labels, found.is_on_nodes, found.traits) if isinstance(found, WorkloadObject) else found


def _labels_of(store: Store, kind: Kind, namespace: str, found: Any) -> Iterator[Pairs]:
    """The labels of the pods that it makes or leads to."""
    if kind in WORKLOADS:
        yield found.pod_labels
    elif kind is SERVICES:
        yield from _labels_behind(store, found)
    else:
        names = {service for _host, _path, service in found.routes}
        services = store.named(SERVICES, namespace)
        for name in names:
            service = services.get((namespace, name))
            if service is not None:
                yield from _labels_behind(store, service)


def _labels_behind(store: Store, service: ServiceObject) -> Iterator[Pairs]:
    wanted = set(service.selector)
    if wanted:
        yield service.selector
        pods: Iterable[Any] = (one for kind in WORKLOADS for one in store.all(kind, [service.namespace]))
        yield from (one.pod_labels for one in pods if wanted.issubset(one.pod_labels))


def _selector_of(gateway: Any) -> set[tuple[str, str]]:
    return set(((gateway.spec.selector if gateway.spec else None) or {}).items())
