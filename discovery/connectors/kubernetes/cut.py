"""From what was decoded to what is kept: objects as they are read from files, with the state that clusters add."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from discovery.connectors.kubernetes.endpoints import cut_slice
from discovery.connectors.kubernetes.entries import checked_entry, checked_machine
from discovery.connectors.kubernetes.items import ServiceItem, ServicePort, WorkloadItem
from discovery.connectors.kubernetes.kinds import (
    ENDPOINT_SLICES,
    SERVICE_ENTRIES,
    SERVICES,
    WHOLE,
    WORKLOAD_ENTRIES,
    Kind,
)
from discovery.connectors.kubernetes.lists import path_of
from discovery.connectors.objects.fields import HOSTS_AT_MOST, PORTS_AT_MOST, host_of
from discovery.connectors.objects.model import Named, Place, ServiceObject, WorkloadObject, named
from discovery.connectors.objects.readers import ServicePorts, read_object, read_ports, service_of

Ports = tuple[ServicePort, ...] | None
PortsOf = Callable[[Ports], ServicePorts]

#: Where an object without a namespace would be.
NAMESPACE = "default"
PORTS_REMEMBERED = 256

_CUTTERS: Mapping[Kind, Callable[[Any], Any | None]] = {
    ENDPOINT_SLICES: cut_slice,
    SERVICE_ENTRIES: checked_entry,
    WORKLOAD_ENTRIES: checked_machine,
}


def cutter(kind: Kind, version: str) -> Callable[[Any], Any | None]:
    """What makes of an item what is kept of it, nothing of one that does not count; it raises ObjectUnfit."""
    if kind in _CUTTERS:
        return _CUTTERS[kind]
    if kind in WHOLE:
        return _whole
    if kind is SERVICES:
        ports_of = lru_cache(PORTS_REMEMBERED)(_ports_of)
        return lambda item: _cut_service(version, item, ports_of)
    return lambda item: _cut_object(kind, version, item)


def _whole(item: Any) -> Any:
    return item


def _cut_object(kind: Kind, version: str, item: Any) -> Named | None:
    found = read_object(msgspec.to_builtins(item), kind.name, None, NAMESPACE, _place(kind, version, item))
    if isinstance(found, WorkloadObject) and isinstance(item, WorkloadItem):
        _add_counts(found, item)
    return found


def _cut_service(version: str, item: ServiceItem, ports_of: PortsOf) -> ServiceObject:
    """Nearly all Services have one of a few sets of ports, which are read once."""
    value = msgspec.to_builtins(item)
    fields = named(value, SERVICES.name, NAMESPACE, _place(SERVICES, version, item))
    found = service_of(value, fields, ports_of(item.spec.ports if item.spec is not None else None))
    _add_given_addresses(found, item)
    return found


def _place(kind: Kind, version: str, item: Any) -> Place:
    """Its path in the API."""
    return path_of(kind, version, item.metadata.namespace, item.metadata.name), None, None


def _ports_of(ports: Ports) -> ServicePorts:
    return read_ports([msgspec.to_builtins(port) for port in (ports or ())[:PORTS_AT_MOST]])


def _add_given_addresses(found: ServiceObject, item: ServiceItem) -> None:
    """The addresses that the cloud has given its load balancer."""
    if item.status is None or item.status.load_balancer is None:
        return
    balancers = (item.status.load_balancer.ingress or [])[:HOSTS_AT_MOST]
    given = [host for balancer in balancers if (host := host_of(balancer.hostname or balancer.ip))]
    found.hosts = tuple(dict.fromkeys((*found.hosts, *given)))


def _add_counts(found: WorkloadObject, item: WorkloadItem) -> None:
    """How many are wanted and how many are ready; both unknown as long as no controller has looked at the object."""
    status = item.status
    if status is None or not any((status.observed_generation, status.replicas, status.desired_number_scheduled)):
        return
    if found.kind == "DaemonSet":
        found.replicas, found.ready = status.desired_number_scheduled, status.number_ready
    else:
        found.ready = status.ready_replicas
