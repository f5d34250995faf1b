"""What ServiceEntries and WorkloadEntries say runs outside of the cluster: products of others, services on machines.

«Service Entry» and «Workload Entry», istio.io/docs/reference/config/networking. A ServiceEntry outside of the mesh,
which is what one is that says nothing, is somebody else's product. One inside of it is a service on the machines that
it names or selects. A WorkloadEntry is part of what selects it, a ServiceEntry or a Service; alone it is a service of
its own, together with those of its namespace that have the same name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from discovery.connectors.base import Claim, Endpoint, Observation, Port, ProtocolSpoken, Workload
from discovery.connectors.kubernetes.mesh_items import EntryPort, ServiceEntryItem, WorkloadEntryItem
from discovery.connectors.objects.claims import NAME, claims_of, identity_of
from discovery.connectors.objects.fields import HOSTS_AT_MOST, PORTS_AT_MOST, host_of, is_tag
from discovery.connectors.objects.kept import kept_labels
from discovery.connectors.objects.model import Named, Pairs, ServiceObject, named, pairs
from discovery.connectors.objects.readers import VERSION
from discovery.connectors.objects.relations import (
    WORKLOADS_AT_MOST,
    Relations,
    as_workloads,
    common_version,
    exposure_of,
)
from discovery.connectors.objects.served import usual_port

SERVICE_ENTRY, WORKLOAD_ENTRY = "ServiceEntry", "WorkloadEntry"
_SAAS = Claim("kind", "saas", "ServiceEntry location MESH_EXTERNAL")
_SPOKEN: dict[str, tuple[ProtocolSpoken, bool]] = {
    "HTTP": ("http", False),
    "HTTP2": ("http", False),
    "GRPC-WEB": ("http", False),
    "GRPC": ("grpc", False),
    "HTTPS": ("http", True),
}


@dataclass(slots=True)
class Machine(Named):
    """A WorkloadEntry. ``all_labels`` are compared with selectors; ``ready`` is ``None`` when nobody checks it."""

    all_labels: Pairs = ()
    version: str = ""
    ready: int | None = None
    ports: tuple[Port, ...] = ()

    @property
    def service(self) -> str:
        """The name of what runs on it."""
        labels = dict(self.all_labels)
        return labels.get("app") or labels.get(NAME) or self.name

    @property
    def workload(self) -> Workload:
        return Workload(WORKLOAD_ENTRY, self.name, self.version, 1, self.ready)


@dataclass(slots=True)
class Entry(Named):
    """A ServiceEntry with the machines that it names itself, by number."""

    hosts: tuple[str, ...] = ()
    ports: tuple[EntryPort, ...] = ()
    is_external: bool = True
    selector: Pairs = ()
    endpoint_count: int = 0


class Entries:
    """The entries of a cluster or of some of its namespaces, with what belongs to them.

    ``routes`` are addresses that lead to a host of a ServiceEntry; items have been checked.
    """

    def __init__(
        self,
        entries: Iterable[ServiceEntryItem],
        machines: Iterable[WorkloadEntryItem],
        routes: Iterable[tuple[str, Endpoint]] = (),
    ) -> None:
        self.entries = sorted(map(_entry, entries), key=lambda one: one.key)
        self._machines: dict[str, list[Machine]] = defaultdict(list)
        for machine in sorted(map(_machine, machines), key=lambda one: one.key):
            self._machines[machine.namespace].append(machine)
        self._routes: dict[str, list[Endpoint]] = defaultdict(list)
        for host, endpoint in routes:
            self._routes[host].append(endpoint)

    def selected(self, namespace: str, selector: Pairs) -> list[Machine]:
        """The machines of a namespace that have all of these labels; none for no label."""
        wanted = set(selector)
        return [one for one in self._machines.get(namespace, ()) if wanted and wanted.issubset(one.all_labels)]

    def behind(self, service: ServiceObject) -> tuple[Workload, ...]:
        """The machines that a Service selects like pods."""
        return tuple(one.workload for one in self.selected(service.namespace, service.selector))

    def alone(self, services: Iterable[ServiceObject]) -> dict[tuple[str, str], list[Machine]]:
        """The machines that nothing selects, by namespace and the name of what runs on them."""
        selected = {
            machine.key
            for one in (*services, *self.entries)
            if one.namespace in self._machines
            for machine in self.selected(one.namespace, one.selector)
        }
        found: dict[tuple[str, str], list[Machine]] = defaultdict(list)
        for machine in (one for machines in self._machines.values() for one in machines):
            if machine.key not in selected:
                found[machine.namespace, machine.service].append(machine)
        return found

    def endpoints(self, entry: Entry) -> Iterator[Endpoint]:
        """Each of its hosts with each of its ports, and what leads to them."""
        for host in entry.hosts:
            yield from self._routes.get(host, ())
            for port in entry.ports:
                protocol, tls = _SPOKEN.get(port.protocol.upper(), ("tcp", False))
                if port.protocol.upper() == "TLS" and port.number == 443:
                    protocol, tls = "http", True
                number = port.number if protocol == "tcp" else usual_port(port.number, tls)
                yield Endpoint(host, "/", tls, f"{SERVICE_ENTRY} {entry.name}", "mesh", number, protocol)

    def workloads(self, entry: Entry, relations: Relations) -> tuple[Workload, ...]:
        """The machines that it selects with the pods that it selects, and those that it names."""
        if entry.is_external:
            return ()
        machines = [one.workload for one in self.selected(entry.namespace, entry.selector)]
        pods = as_workloads(relations.selected(entry.namespace, entry.selector))
        named_ones = (
            [Workload(SERVICE_ENTRY, entry.name, replicas=entry.endpoint_count)] if entry.endpoint_count else []
        )
        return (*machines, *pods, *named_ones)[:WORKLOADS_AT_MOST]


def observe_entry(
    cluster: str,
    entry: Entry,
    entries: Entries,
    relations: Relations,
    *,
    are_workloads_read: bool,
    are_routes_read: bool,
) -> Observation:
    """The service that a ServiceEntry stands for."""
    found = entries.workloads(entry, relations)
    exposure = exposure_of(entries.endpoints(entry), at_least="mesh")
    workloads = found if found or entry.is_external or are_workloads_read else None
    return _observation(
        cluster,
        entry,
        entry.name,
        relations,
        _SAAS if entry.is_external else None,
        ports=tuple(Port(port.number, port.name) for port in entry.ports),
        workloads=workloads,
        version=common_version(entry, workloads or (), VERSION),
        exposure=exposure if exposure.level == "internet" or are_routes_read else None,
    )


def observe_machines(cluster: str, name: str, machines: list[Machine], relations: Relations) -> Observation:
    """The service that runs on machines which nothing else tells of; the first of them speaks for all."""
    workloads = tuple(machine.workload for machine in machines[:WORKLOADS_AT_MOST])
    return _observation(
        cluster,
        machines[0],
        name,
        relations,
        None,
        ports=machines[0].ports,
        workloads=workloads,
        version=common_version(machines[0], workloads, VERSION),
        uid=machines[0].uid if len(machines) == 1 else "",
    )


def _observation(
    cluster: str, found: Named, name: str, relations: Relations, claim: Claim | None, **more: Any
) -> Observation:
    namespace = relations.namespace(found.namespace)
    parts = {"uid": found.uid, **more}
    return Observation(
        key=f"{cluster}/{found.namespace}/{found.kind}/{name}",
        kind=found.kind,
        name=name,
        namespace=found.namespace,
        cluster=cluster,
        identity=identity_of(found),
        labels=dict(found.labels),
        annotations=dict(found.annotations),
        claims=claims_of(found, (), namespace, *([claim] if claim else ())),
        unread_claims=() if namespace is not None else (f"namespace {found.namespace}",),
        specification_read=False,
        place=found.place[0],
        **parts,
    )


def checked_entry(item: ServiceEntryItem) -> ServiceEntryItem:
    """The item as it is; raises ObjectUnfit when it cannot be read, which is no sign that its service is gone."""
    _entry(item)
    return item


def checked_machine(item: WorkloadEntryItem) -> WorkloadEntryItem:
    """The same of a WorkloadEntry."""
    _machine(item)
    return item


def _fields(item: Any, kind: str, resource: str, labels: Mapping[str, str] | None = None) -> tuple[Any, ...]:
    value = msgspec.to_builtins(item.metadata)
    place = (f"{resource}.networking.istio.io {item.metadata.namespace}/{item.metadata.name}", None, None)
    fields = named({"metadata": value}, kind, "default", place)
    return fields if labels is None else (*fields[:4], kept_labels(labels), *fields[5:])


def _entry(item: ServiceEntryItem) -> Entry:
    spec = item.spec
    hosts = (host_of(host) for host in ((spec.hosts if spec else None) or [])[:HOSTS_AT_MOST])
    ports = ((spec.ports if spec else None) or [])[:PORTS_AT_MOST]
    selector = spec.workload_selector.labels if spec and spec.workload_selector else None
    return Entry(
        *_fields(item, SERVICE_ENTRY, "serviceentries"),
        hosts=tuple(dict.fromkeys(host for host in hosts if host)),
        ports=tuple(port for port in ports if 0 < port.number < 65536),
        is_external=spec is None or spec.location != "MESH_INTERNAL",
        selector=pairs(selector),
        endpoint_count=len((spec.endpoints if spec else None) or ()),
    )


def _machine(item: WorkloadEntryItem) -> Machine:
    """Its labels are those of its endpoint and, where these say nothing, those of the object."""
    spec = item.spec
    labels = {**(item.metadata.labels or {}), **((spec.labels if spec else None) or {})}
    version = labels.get(VERSION) or labels.get("version", "")
    ports = sorted(((spec.ports if spec else None) or {}).items())[:PORTS_AT_MOST]
    return Machine(
        *_fields(item, WORKLOAD_ENTRY, "workloadentries", labels),
        all_labels=pairs(labels),
        version=version if is_tag(version) else "",
        ready=_health(item),
        ports=tuple(Port(number, name[:63]) for name, number in ports if 0 < number < 65536),
    )


def _health(item: WorkloadEntryItem) -> int | None:
    """What its health checks say, if there are any."""
    conditions = (item.status.conditions if item.status else None) or ()
    said = next((one.status for one in conditions if one.type == "Healthy"), "")
    return {"True": 1, "False": 0}.get(said)
