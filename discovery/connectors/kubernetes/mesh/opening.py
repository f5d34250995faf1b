"""Whether a Service can be reached from the internet without anything on the way that asks who calls.

What the software itself, an Ingress controller or another vendor's gateway asks for is not read, and the facts say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from discovery.connectors.base import Endpoint, Exposure, MeshState, MTLSMode, PostureFact
from discovery.connectors.kubernetes.mesh.authorization import Admission
from discovery.connectors.kubernetes.mesh.callers import Answer, Caller, every, some
from discovery.connectors.kubernetes.mesh.gates import Gate, Gates
from discovery.connectors.kubernetes.mesh.words import cut

ENDPOINTS_AT_MOST = 50

_OPEN = "Reachable from the internet, and nothing that Portico reads on the way asks who calls"
_OUTSIDE = ". It is outside the mesh, so this rests on its gateways alone; what the software asks for is not known."
_UNREAD = ". What the Ingress controller or gateway and the software itself ask for is not known."


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the gates: the pods of a Service with what they accept. ``admission`` is ``None`` unread."""

    mesh: MeshState
    mode: MTLSMode
    admission: Admission | None
    needs_token: Answer

    def passes(self, gate: Gate) -> tuple[Answer, str]:
        """Whether a caller without credentials who came through the gate is let in, with why not."""
        if self.mesh == "outside":
            return True, ""
        if self.mesh != "sidecar":
            return None, "whether it is in the mesh is not known"
        caller = gate.caller
        if self.needs_token is True:
            return False, "it asks for a token"
        if self.mode == "strict" and not caller.namespace:
            if caller.is_unclear:
                return None, "STRICT lets in only a gateway that is itself in the mesh"
            return False, "STRICT refuses whoever is not in the mesh"
        if self.admission is None:
            return None, "its policies could not be read"
        passes = self.admission.passes(Caller(caller.host) if self.mode == "disabled" else caller)
        if passes is False:
            return False, "its policies refuse whoever shows no credentials"
        if self.needs_token is None:
            return None, "not all RequestAuthentications could be read"
        return passes, "" if passes else "its policies depend on more than can be read"


Verdict = tuple[Answer, tuple[PostureFact, ...]]


def verdict(exposure: Exposure | None, namespace: str, behind: tuple[Behind, ...], gates: Gates) -> Verdict:
    """Whether the Service is open, with the fact about it; not known when its exposure is not."""
    if exposure is None:
        return None, ()
    if exposure.level != "internet":
        return False, ()
    if not behind or any(one.mesh in ("ambient", "") for one in behind):
        return None, ()
    found = list(_ways(exposure, namespace, behind, gates))
    is_open = some(answer for answer, _why, _gate, _endpoint in found)
    for answer, why, gate, endpoint in found:
        if answer is is_open:
            return is_open, (_fact(is_open, why, gate, endpoint, behind),)
    return None, (PostureFact("exposure", "Not known whether it is open: its gateways could not be read."),)


def _ways(
    exposure: Exposure, namespace: str, behind: tuple[Behind, ...], gates: Gates
) -> Iterator[tuple[Answer, str, Gate, Endpoint | None]]:
    """Each way to the pods: through the gates of an address, or straight when there is no address."""
    outside = [one for one in exposure.endpoints if one.scope == "internet"][:ENDPOINTS_AT_MOST]
    ways = [(gate, endpoint) for endpoint in outside for gate in gates.to(endpoint, namespace)]
    if not outside:
        ways = [(Gate(True, Caller()), None)]  # type: ignore[list-item]
    for gate, endpoint in ways:
        answers = [one.passes(gate) for one in behind]
        inside = some(answer for answer, _why in answers)
        why = next((said for answer, said in answers if answer is inside and said), "")
        answer = every((gate.passes, inside))
        yield answer, gate.reason if gate.passes is not True and gate.passes is answer else why, gate, endpoint


def _fact(is_open: Answer, why: str, gate: Gate, endpoint: Endpoint | None, behind: tuple[Behind, ...]) -> PostureFact:
    by = gate.by or (endpoint.by if endpoint is not None else "")
    if is_open is False:
        return PostureFact("exposure", f"Reachable from the internet, but not open: {why}.", by)
    if is_open is None:
        return PostureFact("exposure", f"Reachable from the internet; not known whether open: {why}.", by)
    where = f", for example at {cut(endpoint.url)}" if endpoint is not None else ""
    rests = _OUTSIDE if any(one.mesh == "outside" for one in behind) else _UNREAD if not gate.by else "."
    return PostureFact("exposure", f"{_OPEN}{where}{rests}", by, "error")
