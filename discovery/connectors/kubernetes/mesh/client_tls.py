"""Whether callers are told to speak what the pods of a Service accept.

Sources: istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings and
istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.base import MeshState, MTLSMode, PostureFact, Severity
from discovery.connectors.kubernetes.mesh.destination_rules import PORTS_AT_MOST, Level
from discovery.connectors.kubernetes.mesh.words import number

#: What each port of a Service accepts.
Ports = list[tuple[int, MTLSMode]]


def tls_facts(levels: Sequence[Level], mesh: MeshState, ports: Ports) -> Iterator[PostureFact]:
    """What callers are told to speak where it is not what Istio would choose by itself; warnings where it fails."""
    above = {}
    for words, by, policy in levels:
        is_subset = words.startswith("Subset ")
        told = {port: _mode(policy, port, above.get(port, "") if is_subset else "") for port, _accepted in ports}
        if not is_subset and not words:
            above = told
        said: dict[tuple[str, Severity], list[int]] = {}
        for port, accepted in ports:
            if is_subset and told[port] == above.get(port):
                continue
            found = _said(told[port], mesh, accepted)
            if found is not None:
                said.setdefault(found, []).append(port)
        for (sentence, severity), concerned in said.items():
            where = f"Port {', '.join(map(str, concerned))}: " if len(concerned) < len(ports) else ""
            yield PostureFact("mtls", f"{words}{where}{sentence}", by, severity)


def _mode(policy: dict[str, Any], port: int, inherited: str) -> str:
    """What is said for a port replaces all that is said for all ports."""
    for setting in sequence(policy.get("portLevelSettings"))[:PORTS_AT_MOST]:
        if number(mapping(mapping(setting).get("port")).get("number")) == port:
            return text(mapping(mapping(setting).get("tls")).get("mode"))
    tls = policy.get("tls")
    return text(mapping(tls).get("mode")) or "DISABLE" if type(tls) is dict else inherited


def _said(told: str, mesh: MeshState, accepted: MTLSMode) -> tuple[str, Severity] | None:
    if told == "ISTIO_MUTUAL":
        if mesh == "outside":
            return "Calls from the mesh fail: callers use mTLS (ISTIO_MUTUAL), and it is outside the mesh.", "warning"
        if accepted == "disabled":
            return "Calls from the mesh fail: callers use mTLS (ISTIO_MUTUAL), and it is off here.", "warning"
        return None
    if told not in ("DISABLE", "SIMPLE", "MUTUAL"):
        return None
    what = "plain text (DISABLE)" if told == "DISABLE" else f"TLS of their own ({told})"
    if accepted == "strict":
        return f"Calls from the mesh fail: callers use {what}, and STRICT refuses it.", "warning"
    return (f"Callers use {what} instead of mTLS.", "info") if mesh == "sidecar" else None
