"""Which mTLS the pods of a Service accept.

Sources: istio.io/latest/docs/reference/config/security/peer_authentication and
istio.io/latest/docs/concepts/security/#peer-authentication: port before workload before namespace before mesh, UNSET
inherits, the oldest of a level counts, the mesh has PERMISSIVE by default, and a policy with labels in the root
namespace counts nowhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from discovery.connectors.base import MTLSMode, PostureFact
from discovery.connectors.kubernetes.mesh.pods import Pods
from discovery.connectors.kubernetes.mesh.policies import Policies
from discovery.connectors.kubernetes.mesh.words import named
from discovery.connectors.kubernetes.mesh_items import PeerAuthenticationItem

KIND = "PeerAuthentication"
MODES: dict[str, MTLSMode] = {"STRICT": "strict", "PERMISSIVE": "permissive", "DISABLE": "disabled"}
PORTS_AT_MOST = 100

_SAID: dict[MTLSMode, str] = {
    "strict": "STRICT: only mTLS is accepted.",
    "permissive": "PERMISSIVE: mTLS and plain text are accepted.",
    "disabled": "DISABLE: mTLS is off, only plain text is accepted.",
}
_DEFAULT = PostureFact("mtls", "PERMISSIVE: mTLS and plain text are accepted. This is the default of Istio.")
_UNCLEAR = PostureFact("mtls", "Not known: a PeerAuthentication may select its pods, whose labels are not known.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What pods accept: a ``mode``, empty when not known, and the ports that ``by_port`` says something else of."""

    mode: MTLSMode
    facts: tuple[PostureFact, ...]
    ports: tuple[tuple[int, MTLSMode], ...] = ()
    by_port: str = ""

    def at(self, port: int | None) -> MTLSMode:
        return dict(self.ports).get(port, self.mode) if port is not None else self.mode


class PeerRules:
    """The PeerAuthentications of a cluster; ``is_read`` says whether those of a namespace are known."""

    def __init__(self, policies: Policies[PeerAuthenticationItem], is_read: Callable[[str], bool]) -> None:
        self.policies, self._is_read = policies, is_read
        self._known: dict[tuple[int, str], Accepted] = {}

    def accepted(self, namespace: str, pods: Pods) -> Accepted:
        if not self._is_read(namespace):
            return _not_read(namespace)
        if self.policies.may_be_more(namespace, pods):
            return Accepted("", (_UNCLEAR,))
        selecting = self.policies.selecting(namespace, pods) if namespace != self.policies.root else []
        key = id(selecting[0]) if selecting else 0, namespace
        if key not in self._known or len(selecting) > 1:
            self._known[key] = self._evaluate(namespace, selecting)
        return self._known[key]

    def _evaluate(self, namespace: str, selecting: list[PeerAuthenticationItem]) -> Accepted:
        general = self.policies.general(namespace) if namespace != self.policies.root else []
        levels = [selecting, general, self.policies.general(self.policies.root)]
        ports = tuple(_ports(selecting[0])) if selecting else ()
        by_port = named(selecting[0], KIND) if ports else ""
        passed = tuple(fact for level in levels for fact in _passed_over(level))
        for level in levels:
            mode = _mode(level[0]) if level else None
            if mode is not None:
                said = PostureFact("mtls", _SAID[mode], named(level[0], KIND))
                return Accepted(mode, (said, *passed), _resolved(ports, mode), by_port)
        if not self._is_read(self.policies.root):
            return _not_read(self.policies.root)
        return Accepted("permissive", (_DEFAULT, *passed), _resolved(ports, "permissive"), by_port)


def _mode(item: PeerAuthenticationItem) -> MTLSMode | None:
    return MODES.get(item.spec.mtls.mode) if item.spec is not None and item.spec.mtls is not None else None


def _ports(item: PeerAuthenticationItem) -> Iterator[tuple[int, MTLSMode | None]]:
    ports = (item.spec.port_level_mtls if item.spec is not None else None) or {}
    for port, said in sorted(ports.items())[:PORTS_AT_MOST]:
        if port.isascii() and port.isdigit() and len(port) < 6:
            yield int(port), MODES.get(said.mode) if said is not None else None


def _resolved(ports: tuple[tuple[int, MTLSMode | None], ...], inherited: MTLSMode) -> tuple[tuple[int, MTLSMode], ...]:
    """A port that is UNSET inherits from its workload."""
    return tuple((port, mode or inherited) for port, mode in ports)


def _passed_over(level: list[PeerAuthenticationItem]) -> Iterator[PostureFact]:
    """Several of one level are a mistake, and people should know which of them does not count."""
    for item in level[1:4]:
        text = f"Does not count: {named(level[0], KIND)} is of the same level and older."
        yield PostureFact("mtls", text, named(item, KIND), "warning")


def _not_read(namespace: str) -> Accepted:
    return Accepted("", (PostureFact("mtls", f"Not known: PeerAuthentications of {namespace} could not be read."),))


def port_facts(ports: list[tuple[int, MTLSMode]], by: str) -> Iterator[PostureFact]:
    """What each port of a Service accepts, when they differ."""
    for port, mode in ports:
        yield PostureFact("mtls", f"Port {port} {_SAID[mode]}" if mode else f"Port {port} is not known.", by)
