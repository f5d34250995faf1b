"""The posture of Services: all that a mesh says of them, put together.

What belongs to a whole cluster is looked at once, what belongs to a namespace when its first Service is asked for.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from discovery.connectors.base import Callers, Exposure, MeshState, MTLSMode, Posture, PostureFact
from discovery.connectors.kubernetes.kinds import DESTINATION_RULES, MESH, NAMESPACES, VIRTUAL_SERVICES
from discovery.connectors.kubernetes.mesh.client_tls import Ports, tls_facts
from discovery.connectors.kubernetes.mesh.destination_rules import DestinationRules, pool_facts
from discovery.connectors.kubernetes.mesh.gates import Gates, Knows
from discovery.connectors.kubernetes.mesh.opening import Behind, verdict
from discovery.connectors.kubernetes.mesh.parts import Part, Parts
from discovery.connectors.kubernetes.mesh.peers import port_facts
from discovery.connectors.kubernetes.mesh.pods import pods_of
from discovery.connectors.kubernetes.mesh.virtual_services import VirtualServices
from discovery.connectors.kubernetes.mesh.words import bounded
from discovery.connectors.kubernetes.store import Store
from discovery.connectors.objects.model import ServiceObject, WorkloadObject

_OUTSIDE = Posture(mesh="outside")
_UNKNOWN = Posture()
#: From the most open to the closed: what holds for the weakest of several kinds of pods holds for the Service.
_CALLERS: tuple[Callers, ...] = ("anyone", "limited", "nobody")


class Mesh:
    """The mesh of a cluster for the Services of some ``namespaces``, or of all.

    ``knows`` says whether all objects of a kind in a namespace are known; ``workloads`` are those of all namespaces,
    for the pods of gateways may be anywhere.
    """

    def __init__(
        self,
        store: Store,
        knows: Knows,
        workloads: Callable[[], Iterable[WorkloadObject]],
        namespaces: Collection[str] | None = None,
    ) -> None:
        self._knows = knows
        self._is_absent = _is_absent(store)
        self._parts = Parts(store, knows)
        self._rules = DestinationRules.of_all(store.all(DESTINATION_RULES), namespaces)
        self._routes = VirtualServices(store.all(VIRTUAL_SERVICES), namespaces)
        self._gates = Gates(store, knows, workloads, self._parts.tokens, self._parts.policies, self._parts.admissions)

    def posture(self, service: ServiceObject, workloads: list[WorkloadObject], exposure: Exposure | None) -> Posture:
        """What is known to be in force for a Service with what stands behind it."""
        if self._is_absent:
            return _OUTSIDE
        parts = [self._parts.of(service.namespace, pods) for pods in pods_of(service, workloads)]
        if not parts:
            return _UNKNOWN
        mesh = _mesh_of(parts)
        ports = _ports(service, parts) if mesh == "sidecar" else [(port.number, "") for port in service.ports]
        is_open, openness = verdict(exposure, service.namespace, _behind(parts), self._gates)
        facts = [*_part_facts(parts, ports), *openness]
        if mesh != "ambient":
            facts += self._led_facts(service, mesh, ports)
        mtls = _mode_of(parts, ports) if mesh == "sidecar" else ""
        return Posture(mesh, mtls, _callers_of(parts), is_open, bounded(facts))

    def _led_facts(self, service: ServiceObject, mesh: MeshState, ports: Ports) -> Iterator[PostureFact]:
        """What callers inside the mesh are told, wherever the Service itself is."""
        for kind, topic in ((DESTINATION_RULES, "limits"), (VIRTUAL_SERVICES, "traffic")):
            if not self._knows(kind, service.namespace):
                yield PostureFact(topic, f"Not known: {kind.name}s of {service.namespace} could not be read.")
        led = self._rules.of(service.namespace, service.name)
        yield from tls_facts(led, mesh, ports)
        yield from pool_facts(led)
        yield from self._routes.facts(service.namespace, service.name)


def _is_absent(store: Store) -> bool:
    """Whether there is no Istio: its kinds are not installed, and no namespace asks for it."""
    if not store.absent.issuperset(MESH):
        return False
    return not any(namespace.mesh_labels for namespace in store.all(NAMESPACES))


def _mesh_of(parts: list[Part]) -> MeshState:
    """Pods in the mesh make the Service one of the mesh; a fact says when others are not."""
    states = {part.mesh for part in parts}
    order: tuple[MeshState, ...] = ("sidecar", "ambient", "", "outside")
    return next(state for state in order if state in states)


def _ports(service: ServiceObject, parts: list[Part]) -> Ports:
    """What each port of the Service accepts, by the ports of the pods that they lead to."""
    inside = [part for part in parts if part.mesh == "sidecar"]
    if all(not part.accepted.ports for part in inside):
        modes = {part.accepted.mode for part in inside}
        mode = modes.pop() if len(modes) == 1 else "mixed"
        return [(port.number, mode) for port in service.ports]
    targets = dict(service.targets)
    found: Ports = []
    for port in service.ports:
        target = targets.get(port.number, port.number)
        modes = {part.accepted.at(part.pods.port(target)) for part in inside}
        found.append((port.number, modes.pop() if len(modes) == 1 else "mixed"))
    return found


def _mode_of(parts: list[Part], ports: Ports) -> MTLSMode:
    """Pods outside of the mesh accept no mTLS, whatever the others do."""
    inside = [part for part in parts if part.mesh == "sidecar"]
    modes: set[MTLSMode] = {mode for _port, mode in ports} or {part.accepted.mode for part in inside}
    if "" in modes:
        return ""
    return modes.pop() if len(modes) == 1 and len(inside) == len(parts) else "mixed"


def _callers_of(parts: list[Part]) -> Callers:
    """Whom the weakest kind of pods lets in; not known when it is not known for one of them."""
    if all(part.mesh != "sidecar" for part in parts):
        return ""
    found: set[Callers] = set()
    for part in parts:
        if part.mesh == "outside":
            found.add("anyone")
        else:
            found.add(part.security.admission.callers if part.security.admission is not None else "")
    return "" if "" in found else next(callers for callers in _CALLERS if callers in found)


def _behind(parts: list[Part]) -> tuple[Behind, ...]:
    return tuple(
        dict.fromkeys(
            Behind(part.mesh, part.accepted.mode, part.security.admission, part.security.needs_token) for part in parts
        )
    )


def _part_facts(parts: list[Part], ports: Ports) -> Iterator[PostureFact]:
    for part in parts:
        yield part.why
    if len({part.mesh for part in parts}) > 1:
        outside = next((part for part in parts if part.mesh != "sidecar"), parts[0])
        yield PostureFact("mesh", "Part of its pods is in the mesh and part is not.", outside.pods.name, "warning")
    for part in parts:
        yield from part.more
        yield from part.accepted.facts
        if part.accepted.ports and len({mode for _port, mode in ports}) > 1:
            yield from port_facts(ports, part.accepted.by)
        yield from part.security.facts
