"""Which gateways a pod or Service carries: what happens to it concerns all that is behind them.

It is found by labels as «Gateway», istio.io/docs/reference/config/networking/gateway, and the implementations of
Gateway API do; see ``fronts``.
"""

from collections.abc import Iterator
from typing import Any

from discovery.connectors.kubernetes.fronts import ENVOY_NAME, ENVOY_NAMESPACE, MADE_FOR, Pair
from discovery.connectors.kubernetes.hosts import service_named
from discovery.connectors.kubernetes.kinds import GATEWAYS, ISTIO_GATEWAYS, SERVICES, WORKLOADS
from discovery.connectors.kubernetes.leads import Key
from discovery.connectors.kubernetes.store import Store
from discovery.connectors.objects.model import IngressObject, Pairs, ServiceObject, WorkloadObject


def carried_by(store: Store, one: Any) -> Iterator[Key]:
    """The gateways of the pods that a workload makes, that a Service selects, or that an Ingress leads to."""
    if isinstance(one, WorkloadObject):
        yield from _selected(store, [set(one.pod_labels)])
        yield from _made_for(one.namespace, one.pod_labels)
    elif isinstance(one, ServiceObject):
        yield from _before(store, one)
    elif isinstance(one, IngressObject):
        for name in {service for _host, _path, service in one.routes}:
            service = store.get(SERVICES, one.namespace, name)
            if service is not None:
                yield from _before(store, service)


def carried_in(store: Store, namespace: str) -> Iterator[Key]:
    """The gateways of a namespace, and those that pods in it carry."""
    for kind in (GATEWAYS, ISTIO_GATEWAYS):
        yield from ((kind, at, name) for at, name in store.named(kind, namespace))
    labels = [set(one.pod_labels) for kind in WORKLOADS for one in store.all(kind, (namespace,))]
    labels += [set(one.selector) for one in store.all(SERVICES, (namespace,))]
    yield from _selected(store, labels)
    for one in store.all(SERVICES, (namespace,)):
        yield from _made_for(namespace, one.selector)


def is_same_carrier(before: Any, now: Any) -> bool:
    """Whether nothing has changed that has a say in whether a gateway is open, as the number of pods has none."""
    return before is not None and now is not None and _opens(before) == _opens(now)


def _opens(one: Any) -> object:
    if isinstance(one, ServiceObject):
        return one.type, one.hosts, one.is_internal, one.selector, one.ports
    return (one.pod_labels, one.is_on_nodes, one.traits) if isinstance(one, WorkloadObject) else one


def _before(store: Store, service: ServiceObject) -> Iterator[Key]:
    """The gateways that a Service stands before: by the pods it selects, by its labels, or as their address."""
    wanted = set(service.selector)
    if wanted:
        pods = (set(one.pod_labels) for kind in WORKLOADS for one in store.all(kind, (service.namespace,)))
        yield from _selected(store, [wanted, *filter(wanted.issubset, pods)])
    yield from _made_for(service.namespace, service.selector)
    for gateway in store.all(GATEWAYS):
        at = gateway.metadata.namespace
        addresses = (gateway.spec.addresses if gateway.spec else None) or ()
        if any(service_named(one.value, at) == (service.namespace, service.name) for one in addresses):
            yield GATEWAYS, at, gateway.metadata.name


def _selected(store: Store, labels: list[set[Pair]]) -> Iterator[Key]:
    for selector, gateways in store.gateway_selectors().items():
        if any(map(selector.issubset, labels)):
            yield from gateways


def _made_for(namespace: str, pairs: Pairs) -> Iterator[Key]:
    labels = dict(pairs)
    if MADE_FOR in labels:
        yield GATEWAYS, namespace, labels[MADE_FOR]
    if ENVOY_NAME in labels:
        yield GATEWAYS, labels.get(ENVOY_NAMESPACE, namespace), labels[ENVOY_NAME]
