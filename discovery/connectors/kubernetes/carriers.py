"""Which gateways a pod or Service carries: what happens to it concerns all that is behind them.

It is found by labels as «Gateway», istio.io/docs/reference/config/networking/gateway, and the implementations of
Gateway API do; see ``fronts``.
"""

from collections.abc import Iterator
from typing import Any

from discovery.connectors.kubernetes.fronts import ENVOY_NAME, ENVOY_NAMESPACE, MADE_FOR
from discovery.connectors.kubernetes.kinds import GATEWAYS, ISTIO_GATEWAYS, SERVICES, WORKLOADS
from discovery.connectors.kubernetes.leads import Key
from discovery.connectors.kubernetes.store import Store
from discovery.connectors.objects.model import IngressObject, Pairs, ServiceObject, WorkloadObject


def carried_by(store: Store, one: Any) -> Iterator[Key]:
    """The gateways of the pods that a workload makes, that a Service selects, or that an Ingress leads to."""
    if isinstance(one, WorkloadObject):
        yield from _selected(store, one.pod_labels)
    elif isinstance(one, ServiceObject):
        yield from _selected(store, one.selector)
        yield from _made_for(one)
        # Its pods may have more labels than it selects by, and a gateway may name it as its address.
        yield from carried_in(store, one.namespace)
    elif isinstance(one, IngressObject) and one.routes:
        yield from carried_in(store, one.namespace)


def carried_in(store: Store, namespace: str) -> Iterator[Key]:
    """The gateways of a namespace, and those that pods in it carry."""
    for kind in (GATEWAYS, ISTIO_GATEWAYS):
        yield from ((kind, at, name) for at, name in store.named(kind, namespace))
    selectors = store.gateway_selectors()
    if not selectors:
        return
    labels = [set(one.pod_labels) for kind in WORKLOADS for one in store.all(kind, (namespace,))]
    labels += [set(one.selector) for one in store.all(SERVICES, (namespace,))]
    for selector, gateways in selectors.items():
        if any(map(selector.issubset, labels)):
            yield from gateways
    for one in store.all(SERVICES, (namespace,)):
        yield from _made_for(one)


def is_same_carrier(before: Any, now: Any) -> bool:
    """Whether nothing has changed of a workload but how many of its pods there are."""
    if not isinstance(before, WorkloadObject) or not isinstance(now, WorkloadObject):
        return False
    return (before.pod_labels, before.is_on_nodes, before.traits) == (now.pod_labels, now.is_on_nodes, now.traits)


def _selected(store: Store, labels: Pairs) -> Iterator[Key]:
    for selector, gateways in store.gateway_selectors().items():
        if selector.issubset(labels):
            yield from gateways


def _made_for(service: ServiceObject) -> Iterator[Key]:
    labels = dict(service.selector)
    if MADE_FOR in labels:
        yield GATEWAYS, service.namespace, labels[MADE_FOR]
    if ENVOY_NAME in labels:
        yield GATEWAYS, labels.get(ENVOY_NAMESPACE, service.namespace), labels[ENVOY_NAME]
