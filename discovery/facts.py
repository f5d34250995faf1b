"""An observation as it is stored, and the fingerprint that tells two of them apart. Pure.

``as_json`` keeps what pages and rules need and no more; what is a column of its own is not repeated. The bytes of a
specification are not part of it, only their digest is.
"""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import orjson

from discovery.connectors.base import (
    CLAIM_FIELDS,
    Claim,
    Endpoint,
    Exposure,
    Observation,
    Port,
    Posture,
    PostureFact,
    Workload,
)


@dataclass(frozen=True, slots=True)
class Spotted:
    """An observation on its way through a run: its specification, if any, is spooled and named by digest.

    What is asked for several times on that way is made once (``as_json``, ``fingerprint``).
    """

    seen: Observation
    specification: str = ""
    specification_place: str = ""
    _json: bytes = field(default=b"", init=False, repr=False, compare=False)
    _fingerprint: bytes = field(default=b"", init=False, repr=False, compare=False)

    @property
    def is_whole(self) -> bool:
        """Whether every part could be read; otherwise what is known fills the gaps."""
        return self.seen.specification_read and self.is_read

    @property
    def is_read(self) -> bool:
        """Whether every part but perhaps the specification could be read."""
        seen = self.seen
        are_read = seen.workloads is not None and seen.exposure is not None and seen.posture is not None
        return are_read and not seen.unread_claims

    def with_specification(self, digest: str, place: str) -> "Spotted":
        """The observation with the specification that is known, when none was looked for."""
        same = (digest, place) == (self.specification, self.specification_place)
        return self if same else Spotted(self.seen, digest, place)


def as_json(spotted: Spotted) -> bytes:
    """What is stored of the observation beside its columns; the same bytes for the same facts."""
    if not spotted._json:
        object.__setattr__(spotted, "_json", _as_json(spotted.seen))
    return spotted._json


def _as_json(seen: Observation) -> bytes:
    facts = {
        "labels": dict(seen.labels),
        "annotations": dict(seen.annotations),
        "ports": seen.ports,
        "workloads": seen.workloads or (),
        "endpoints": seen.exposure.endpoints if seen.exposure else (),
        "claims": seen.claims,
        "place": seen.place,
    }
    if seen.posture is not None and seen.posture.facts:
        facts["posture"] = seen.posture.facts
    return _ENCODER.encode(facts)


def _simple(value: object) -> str | int:
    """What inherits from a text or a number is written as one."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError


# Labels and the like in the order of their names. Twice as fast over dataclasses as orjson, and the same bytes.
_ENCODER = msgspec.json.Encoder(order="deterministic", enc_hook=_simple)


def to_facts(spotted: Spotted) -> dict[str, Any]:
    return orjson.loads(as_json(spotted))


def from_row(row: Any) -> Spotted:
    """What the stored row came from, with the digest of its specification, which must come with the row."""
    digest = row.specification.sha256 if row.specification_id else ""
    return Spotted(seen_in(row), digest, row.specification_place)


def seen_in(row: Any) -> Observation:
    """The observation that the stored row came from; ``row`` is a ``DiscoveredService`` or alike. No query."""
    facts = row.facts
    return Observation(
        key=row.key,
        kind=row.object_kind,
        name=row.name,
        namespace=row.namespace,
        cluster=row.cluster,
        uid=row.uid,
        identity=row.identity or None,
        version=row.version,
        labels=facts.get("labels", {}),
        annotations=facts.get("annotations", {}),
        ports=tuple(Port(**port) for port in facts.get("ports", ())),
        workloads=tuple(Workload(**workload) for workload in facts.get("workloads", ())),
        exposure=Exposure(row.exposure, tuple(Endpoint(**endpoint) for endpoint in facts.get("endpoints", ()))),
        posture=Posture(row.mesh, row.mtls, row.callers, row.is_open, _posture_facts(facts)),
        claims=tuple(Claim(**claim) for claim in facts.get("claims", ())),
        place=facts.get("place", ""),
    )


def _posture_facts(facts: dict[str, Any]) -> tuple[PostureFact, ...]:
    return tuple(PostureFact(**fact) for fact in facts.get("posture", ()))


def filled(spotted: Spotted, known: Spotted) -> Spotted:
    """The observation with the parts that could not be read taken from what is known."""
    seen = spotted.seen
    parts: dict[str, Any] = {}
    if seen.workloads is None:
        parts["workloads"] = known.seen.workloads
        # What says no version itself may have that of its workloads.
        parts["version"] = seen.version or known.seen.version
    if seen.exposure is None:
        parts["exposure"] = known.seen.exposure
    if seen.posture is None:
        parts["posture"] = known.seen.posture
    if seen.unread_claims:
        parts["claims"], parts["unread_claims"] = _claims_filled(seen, known.seen), ()
    if seen.specification_read:
        return replace(spotted, seen=replace(seen, **parts))
    parts["specification_read"] = True
    return Spotted(replace(seen, **parts), known.specification, known.specification_place)


def _claims_filled(seen: Observation, known: Observation) -> tuple[Claim, ...]:
    """What was said now, and for other fields what the unread objects are known to have said."""
    endings = tuple(f" of {name}" for name in seen.unread_claims)
    said = {claim.field: claim for claim in known.claims if claim.reason.endswith(endings)}
    said |= {claim.field: claim for claim in seen.claims}
    return tuple(said[field] for field in CLAIM_FIELDS if field in said)


def whole(spotted: Spotted) -> Spotted:
    """The observation of a service that nothing is known of yet: what could not be read is taken to be nothing."""
    return spotted if spotted.is_read else filled(spotted, _NOTHING_KNOWN)


def fingerprint(spotted: Spotted) -> bytes:
    """16 bytes that are equal when nothing that is stored differs."""
    if not spotted._fingerprint:
        object.__setattr__(spotted, "_fingerprint", _fingerprint(spotted))
    return spotted._fingerprint


def _fingerprint(spotted: Spotted) -> bytes:
    seen = spotted.seen
    columns = [
        seen.key, seen.kind, seen.name, seen.namespace, seen.cluster, seen.uid, seen.identity, seen.version,
        seen.exposure.level if seen.exposure else None, spotted.specification, spotted.specification_place,
    ]  # fmt: skip
    posture = seen.posture
    if posture is not None and posture != _NO_POSTURE:
        columns += [posture.mesh, posture.mtls, posture.callers, posture.is_open]
    return hashlib.blake2b(orjson.dumps(columns) + as_json(spotted), digest_size=16).digest()


_NOTHING_KNOWN = Spotted(Observation(key="", kind="", name=""))
_NO_POSTURE = Posture()
