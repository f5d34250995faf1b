"""From what was decoded to what is kept: objects as they are read from files, with the state that clusters add."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from discovery.connectors.kubernetes.endpoints import cut_slice
from discovery.connectors.kubernetes.entries import checked_entry, checked_machine
from discovery.connectors.kubernetes.items import ServiceItem, WorkloadItem
from discovery.connectors.kubernetes.kinds import ENDPOINT_SLICES, SERVICE_ENTRIES, WHOLE, WORKLOAD_ENTRIES, Kind
from discovery.connectors.kubernetes.lists import path_of
from discovery.connectors.objects.fields import HOSTS_AT_MOST, host_of
from discovery.connectors.objects.model import Named, ServiceObject, WorkloadObject
from discovery.connectors.objects.readers import read_object

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
    return lambda item: cut_object(kind, version, item)


def _whole(item: Any) -> Any:
    return item


def cut_object(kind: Kind, version: str, item: Any) -> Named | None:
    """The object; raises ObjectUnfit. Its place is its path in the API."""
    place = (path_of(kind, version, item.metadata.namespace, item.metadata.name), None, None)
    found = read_object(msgspec.to_builtins(item), kind.name, None, "default", place)
    if isinstance(found, ServiceObject) and isinstance(item, ServiceItem):
        _add_given_addresses(found, item)
    elif isinstance(found, WorkloadObject) and isinstance(item, WorkloadItem):
        _add_counts(found, item)
    return found


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
