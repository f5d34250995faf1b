"""The posture of Services: all that a mesh says of them, put together.

What belongs to a whole cluster is looked at once, what belongs to a namespace when its first Service is asked for.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from discovery.connectors.base import Exposure, MeshState, Posture, PostureFact
from discovery.connectors.kubernetes.kinds import DESTINATION_RULES, MESH, NAMESPACES, VIRTUAL_SERVICES
from discovery.connectors.kubernetes.mesh.behind import Behind
from discovery.connectors.kubernetes.mesh.client_tls import Ports, tls_facts
from discovery.connectors.kubernetes.mesh.destination_rules import UNLED, DestinationRules, pool_facts
from discovery.connectors.kubernetes.mesh.gates import Gates, Knows
from discovery.connectors.kubernetes.mesh.opening import verdict
from discovery.connectors.kubernetes.mesh.parts import Parts
from discovery.connectors.kubernetes.mesh.pods import pods_of
from discovery.connectors.kubernetes.mesh.virtual_services import VirtualServices
from discovery.connectors.kubernetes.mesh.words import bounded
from discovery.connectors.kubernetes.store import Store
from discovery.connectors.objects.model import ServiceObject, WorkloadObject

_OUTSIDE = Posture(mesh="outside")
_UNKNOWN = Posture()


class Mesh:
    """The mesh of a cluster for the Services of some ``namespaces``, or of all.

    ``knows`` says whether all objects of a kind in a namespace are known; ``workloads`` are those of all namespaces,
    for the pods of gateways may be anywhere; ``root`` is the namespace whose policies hold for the whole mesh.
    """

    def __init__(
        self,
        store: Store,
        knows: Knows,
        workloads: Callable[[], Iterable[WorkloadObject]],
        root: str,
        namespaces: Collection[str] | None = None,
    ) -> None:
        self._knows = knows
        self._unread_of: dict[str, tuple[PostureFact, ...]] = {}
        self._is_absent = _is_absent(store)
        self._parts = Parts(store, knows, root)
        self._rules = DestinationRules.of_all(store.leading(DESTINATION_RULES, namespaces), namespaces, root)
        self._routes = VirtualServices(store.leading(VIRTUAL_SERVICES, namespaces), namespaces)
        self._gates = Gates(store, knows, workloads, self._parts.tokens, self._parts.policies, self._parts.admissions)

    def posture(self, service: ServiceObject, workloads: list[WorkloadObject], exposure: Exposure | None) -> Posture:
        """What is known to be in force for a Service with what stands behind it."""
        if self._is_absent:
            return _OUTSIDE
        behind = Behind.of([(pods, self._parts.of(service.namespace, pods)) for pods in pods_of(service, workloads)])
        if behind is None:
            return _UNKNOWN
        ports = behind.ports(service)
        doors = behind.doors(service) if exposure is not None and exposure.level == "internet" else ()
        is_open, openness = verdict(exposure, service.namespace, doors, self._gates)
        facts = [*behind.facts(ports), *openness]
        if behind.mesh != "ambient":
            facts += self._led_facts(service, behind.mesh, ports)
        return Posture(behind.mesh, behind.mode(ports), behind.callers, is_open, bounded(facts))

    def _led_facts(self, service: ServiceObject, mesh: MeshState, ports: Ports) -> Iterator[PostureFact]:
        """What callers inside the mesh are told, wherever the Service itself is."""
        yield from self._unread(service.namespace)
        led = self._rules.of(service.namespace, service.name)
        if led is not UNLED:
            levels = tuple(led.levels())
            yield from tls_facts(levels, mesh, ports)
            yield from pool_facts(levels)
        yield from self._routes.facts(service.namespace, service.name)

    def _unread(self, namespace: str) -> tuple[PostureFact, ...]:
        found = self._unread_of.get(namespace)
        if found is None:
            found = self._unread_of[namespace] = tuple(
                PostureFact(topic, f"Not known: {kind.name}s of {namespace} could not be read.")
                for kind, topic in ((DESTINATION_RULES, "limits"), (VIRTUAL_SERVICES, "traffic"))
                if not self._knows(kind, namespace)
            )
        return found


def _is_absent(store: Store) -> bool:
    """Whether there is no Istio: its kinds are not installed, and no namespace asks for it."""
    if not store.absent.issuperset(MESH):
        return False
    return not any(namespace.mesh_labels for namespace in store.all(NAMESPACES))
