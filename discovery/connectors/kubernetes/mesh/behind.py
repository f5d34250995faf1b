"""All the pods behind a Service together: what holds for the weakest of them holds for the Service."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from discovery.connectors.base import Callers, MeshState, MTLSMode, PostureFact
from discovery.connectors.kubernetes.mesh.client_tls import Ports
from discovery.connectors.kubernetes.mesh.parts import Part
from discovery.connectors.kubernetes.mesh.peers import port_facts
from discovery.connectors.kubernetes.mesh.pods import Pods
from discovery.connectors.objects.model import ServiceObject

#: From the most open to the closed.
_CALLERS: tuple[Callers, ...] = ("anyone", "limited", "nobody")
#: Pods in the mesh make the Service one of the mesh; a fact says when others are not.
_STATES: tuple[MeshState, ...] = ("sidecar", "ambient", "", "outside")


@dataclass(frozen=True, slots=True)
class Door:
    """The way to one kind of pods, with the modes of mTLS that its ports accept."""

    part: Part
    modes: Set[MTLSMode]


@dataclass(frozen=True, slots=True)
class Behind:
    """The kinds of pods with what is in force for each."""

    mesh: MeshState
    pods: tuple[Pods, ...]
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, found: Sequence[tuple[Pods, Part]]) -> "Behind | None":
        """Nothing for a Service of which no pod is known or selected."""
        if not found:
            return None
        states = {part.mesh for _pods, part in found}
        mesh = found[0][1].mesh if len(states) == 1 else next(state for state in _STATES if state in states)
        return cls(mesh, tuple(pods for pods, _part in found), tuple(part for _pods, part in found))

    @property
    def callers(self) -> Callers:
        """Not known when it is not known for one kind of pods; nothing is enforced outside of the mesh."""
        if self.mesh != "sidecar":
            return ""
        found = {"anyone" if part.mesh != "sidecar" else part.security.callers for part in self.parts}
        return "" if "" in found else next(callers for callers in _CALLERS if callers in found)

    def ports(self, service: ServiceObject) -> Ports:
        """What each port of the Service accepts, by the ports of the pods that it leads to."""
        inside = [
            (pods, part.accepted) for pods, part in zip(self.pods, self.parts, strict=True) if part.mesh == "sidecar"
        ]
        if not inside:
            return [(port.number, "") for port in service.ports]
        if len(inside) == 1 and not inside[0][1].ports:
            return [(port.number, inside[0][1].mode) for port in service.ports]
        targets, found = dict(service.targets), []
        for port in service.ports:
            target = targets.get(port.number, port.number)
            found.append((port.number, _common({accepted.at(pods.port(target)) for pods, accepted in inside})))
        return found

    def doors(self, service: ServiceObject) -> tuple[Door, ...]:
        """Each kind of pods with what it accepts at the ports that the Service leads to."""
        targets = dict(service.targets)
        leads_to = [targets.get(port.number, port.number) for port in service.ports]
        return tuple(
            Door(part, frozenset(part.accepted.at(pods.port(target)) for target in leads_to) or {part.accepted.mode})
            for pods, part in zip(self.pods, self.parts, strict=True)
        )

    def mode(self, ports: Ports) -> MTLSMode:
        """Pods outside of the mesh accept no mTLS, whatever the others do."""
        if self.mesh != "sidecar":
            return ""
        modes = {mode for _port, mode in ports} or {part.accepted.mode for part in self.parts if part.mesh == "sidecar"}
        return _common(modes) if all(part.mesh == "sidecar" for part in self.parts) else _common({*modes, "disabled"})

    def facts(self, ports: Ports) -> Iterable[PostureFact]:
        """What holds for all kinds of pods, once where it is the same."""
        if len(self.parts) == 1 and not self.parts[0].accepted.ports:
            return self.parts[0].facts
        return dict.fromkeys(self._each(ports))

    def _each(self, ports: Ports) -> Iterator[PostureFact]:
        if len({part.mesh for part in self.parts}) > 1:
            names = [pods.name for pods, part in zip(self.pods, self.parts, strict=True) if part.mesh != "sidecar"]
            yield PostureFact("mesh", "Part of its pods is in the mesh and part is not.", names[0], "warning")
        are_mixed = len({mode for _port, mode in ports}) > 1
        for part in self.parts:
            yield from part.facts
            if are_mixed and part.accepted.ports:
                yield from port_facts(ports, part.accepted.by_port)


def _common(modes: set[MTLSMode]) -> MTLSMode:
    if "" in modes:
        return ""
    return next(iter(modes)) if len(modes) == 1 else "mixed"
