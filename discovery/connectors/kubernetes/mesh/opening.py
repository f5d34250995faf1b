"""Whether a Service can be reached from the internet without anything on the way that asks who calls.

What the software itself, an Ingress controller or another vendor's gateway asks for is not read, and the facts say so.
"""

from collections.abc import Iterator

from discovery.connectors.base import Endpoint, Exposure, PostureFact
from discovery.connectors.kubernetes.mesh.behind import Door
from discovery.connectors.kubernetes.mesh.callers import Answer, Caller, every, some
from discovery.connectors.kubernetes.mesh.gates import Gate, Gates
from discovery.connectors.kubernetes.mesh.words import cut

ENDPOINTS_AT_MOST = 50

_OPEN = "Reachable from the internet, and nothing that Portico reads on the way asks who calls"
_OUTSIDE = ". It is outside the mesh, so this rests on its gateways alone; what the software asks for is not known."
_UNREAD = ". What the Ingress controller or gateway and the software itself ask for is not known."


def _passes(door: Door, gate: Gate) -> tuple[Answer, str]:
    """Whether pods let in a caller without credentials who came through a gate, with why not."""
    if door.part.mesh == "outside":
        return True, ""
    caller, security = gate.caller, door.part.security
    if security.needs_token is True:
        return False, "it asks for a token"
    if door.modes == {"strict"} and not caller.namespace:
        if caller.is_unclear:
            return None, "STRICT lets in only a gateway that is itself in the mesh"
        return False, "STRICT refuses whoever is not in the mesh"
    if security.admission is None:
        return None, "its policies could not be read"
    passes = security.admission.passes(Caller(caller.host) if door.modes == {"disabled"} else caller)
    if passes is False:
        return False, "its policies refuse whoever shows no credentials"
    if security.needs_token is None:
        return None, "not all RequestAuthentications could be read"
    return passes, "" if passes else "its policies depend on more than can be read"


Verdict = tuple[Answer, tuple[PostureFact, ...]]


def verdict(exposure: Exposure | None, namespace: str, doors: tuple[Door, ...], gates: Gates) -> Verdict:
    """Whether the Service is open, with the fact about it; not known when its exposure is not."""
    if exposure is None:
        return None, ()
    if exposure.level != "internet":
        return False, ()
    if any(door.part.mesh in ("ambient", "") for door in doors):
        return None, ()
    found = list(_ways(exposure, namespace, doors, gates))
    is_open = some(answer for answer, _why, _gate, _endpoint in found)
    for answer, why, gate, endpoint in found:
        if answer is is_open:
            return is_open, (_fact(is_open, why, gate, endpoint, doors),)
    return None, (PostureFact("exposure", "Not known whether it is open: its gateways could not be read."),)


def _ways(
    exposure: Exposure, namespace: str, doors: tuple[Door, ...], gates: Gates
) -> Iterator[tuple[Answer, str, Gate, Endpoint | None]]:
    """Each way to the pods: through the gates of an address, or straight when there is no address.

    The gates are those of a host, whatever the path.
    """
    outside = [one for one in exposure.endpoints if one.scope == "internet"][:ENDPOINTS_AT_MOST]
    known: dict[tuple[str, str], list[Gate]] = {}
    ways = []
    for endpoint in outside:
        key = endpoint.by, endpoint.host
        if key not in known:
            known[key] = gates.to(endpoint, namespace)
        ways += [(gate, endpoint) for gate in known[key]]
    if not outside:
        ways = [(Gate(True, Caller()), None)]  # type: ignore[list-item]
    for gate, endpoint in ways:
        answers = [_passes(door, gate) for door in doors]
        inside = some(answer for answer, _why in answers)
        why = next((said for answer, said in answers if answer is inside and said), "")
        answer = every((gate.passes, inside))
        yield answer, gate.reason if gate.passes is not True and gate.passes is answer else why, gate, endpoint


def _fact(is_open: Answer, why: str, gate: Gate, endpoint: Endpoint | None, doors: tuple[Door, ...]) -> PostureFact:
    by = gate.by or (endpoint.by if endpoint is not None else "")
    if is_open is False:
        return PostureFact("exposure", f"Reachable from the internet, but not open: {why}.", by)
    if is_open is None:
        return PostureFact("exposure", f"Reachable from the internet; not known whether open: {why}.", by)
    where = f", for example at {cut(endpoint.url)}" if endpoint is not None else ""
    rests = _OUTSIDE if any(door.part.mesh == "outside" for door in doors) else _UNREAD if not gate.by else "."
    return PostureFact("exposure", f"{_OPEN}{where}{rests}", by, "error")
