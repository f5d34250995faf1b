"""What a connector yields, made fit to be stored: bounded, without NUL and lone surrogates, in one order. Pure.

Shortened is better than refused: a service whose label is too long is still there. Only a key cannot be shortened, for
two services could then share it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter, le
from typing import TypeVar

from msgspec import structs

from discovery.connectors.base import (
    CALLERS,
    EXPOSURES,
    MESH_STATES,
    MTLS_MODES,
    Claim,
    Endpoint,
    Exposure,
    Observation,
    Port,
    Posture,
    PostureFact,
    Problem,
    Workload,
)
from discovery.facts import Spotted, as_json

# Bytes, so that the key fits into an index whatever its script.
KEY_BYTES = 2000
KEY_CHARACTERS = 700
NAME, IDENTITY, PLACE = 255, 300, 1000
_COLUMNS = {"kind": 100, "name": NAME, "namespace": NAME, "cluster": NAME, "uid": 100, "version": 200, "place": PLACE}
_columns_of = attrgetter(*_COLUMNS)
VALUE = 10_000
PARTS = 500
_LARGEST_INTEGER = 2**31 - 1
_LARGE = re.compile(rb":-?[0-9]{10}")

Part = TypeVar("Part", Port, Workload, Endpoint, PostureFact, Claim)


class Unusable(Exception):
    """The observation cannot be kept; the message says why."""


def plain(value: str) -> str:
    """The text without what PostgreSQL and JSON cannot hold."""
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")
    return value.replace("\0", "\ufffd") if "\0" in value else value


class _Cutter:
    """Cleans texts and remembers the first that had to be shortened."""

    def __init__(self) -> None:
        self.shortened = ""

    def text(self, value: object, longest: int, name: str) -> str:
        text = plain(value if isinstance(value, str) else "" if value is None else str(value))
        if len(text) > longest:
            self.shortened = self.shortened or name
            return text[:longest]
        return text

    def mapping(self, values: Mapping[str, str], name: str) -> dict[str, str]:
        cleaned = {self.text(key, NAME, name): self.text(value, VALUE, name) for key, value in values.items()}
        if len(cleaned) > PARTS:
            self.shortened = self.shortened or name
            return dict(sorted(cleaned.items())[:PARTS])
        return cleaned

    def parts(self, parts: Iterable[Part], name: str) -> list[Part]:
        kept = list(parts)
        if len(kept) > PARTS:
            self.shortened = self.shortened or name
            del kept[PARTS:]
        return [self._part(part, name) for part in kept]

    def _part(self, part: Part, name: str) -> Part:
        cleaned = {}
        for field in part.__struct_fields__:
            value = getattr(part, field)
            if isinstance(value, str):
                text = self.text(value, VALUE, name)
                if text is not value:
                    cleaned[field] = text
            elif isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
                cleaned[field] = _LARGEST_INTEGER
        return structs.replace(part, **cleaned) if cleaned else part


def clean_observation(seen: Observation) -> tuple[Spotted, str]:
    """The observation fit to be stored, and the name of a part that had to be shortened.

    Raises ``Unusable`` for its key, and ``ValueError`` for what breaks the contract of connectors. Workloads and
    endpoints come from several objects, so their order says nothing and is made one.
    """
    if seen.exposure is not None and seen.exposure.level not in EXPOSURES:
        raise ValueError
    posture = seen.posture
    if posture is not None and not (
        posture.mesh in MESH_STATES and posture.mtls in MTLS_MODES and posture.callers in CALLERS
    ):
        raise ValueError
    # In order first: what is clean is stored as it was looked at.
    ordered = Spotted(_ordered(seen))
    if is_clean(ordered):
        return ordered, ""
    cleaned, shortened = _cleaned(ordered.seen)
    return Spotted(_ordered(cleaned)), shortened


def _ordered(seen: Observation) -> Observation:
    workloads, exposure = seen.workloads, seen.exposure
    if workloads is not None and len(workloads) > 1:
        workloads = tuple(sorted(workloads, key=lambda one: (one.kind, one.name)))
    if exposure is not None and len(exposure.endpoints) > 1:
        exposure = Exposure(exposure.level, tuple(sorted(exposure.endpoints, key=_order)))
    if (workloads, exposure) != (seen.workloads, seen.exposure):
        seen = replace(seen, workloads=workloads, exposure=exposure)
    return seen


def _order(one: Endpoint) -> tuple[str, str, str, bool, str, int, str]:
    return one.host, one.path, one.by, one.tls, one.scope, one.port or 0, one.protocol


def is_clean(spotted: Spotted) -> bool:
    """Whether nothing of the observation needs cleaning, which is so of nearly all; one look at what is to be stored.

    Within ``VALUE`` bytes of JSON no text can be too long and no ports, workloads and so on too many; a number of ten
    digits may be one that is too large, be it in a text.
    """
    seen = spotted.seen
    columns = _columns_of(seen)
    names = (*seen.labels, *seen.annotations)
    try:
        stored = as_json(spotted)
        together = "".join((seen.key, seen.identity or "", *columns, *seen.labels.values(), *seen.annotations.values()))
        together.encode()
    except (TypeError, UnicodeEncodeError):
        return False
    return (
        "\0" not in together
        and len(stored) <= VALUE
        and b"\\u0000" not in stored
        and _LARGE.search(stored) is None
        and 0 < len(seen.key.encode()) <= KEY_CHARACTERS
        and len(seen.identity or "") <= IDENTITY
        and seen.identity != ""
        and all(map(le, map(len, columns), _COLUMNS.values()))
        and max(map(len, names), default=0) <= NAME
        and len(names) <= PARTS
    )


def _cleaned(seen: Observation) -> tuple[Observation, str]:
    cut = _Cutter()
    key = plain(str(seen.key))
    if not key or len(key) > KEY_CHARACTERS or len(key.encode()) > KEY_BYTES:
        raise Unusable("its key is empty" if not key else f"its key is longer than {KEY_CHARACTERS} characters")
    exposure = seen.exposure
    if exposure is not None:
        exposure = Exposure(exposure.level, tuple(cut.parts(exposure.endpoints, "endpoints")))
    cleaned = replace(
        seen,
        key=key,
        **{name: cut.text(getattr(seen, name), longest, name) for name, longest in _COLUMNS.items()},
        identity=cut.text(seen.identity, IDENTITY, "identity") or None,
        labels=cut.mapping(seen.labels, "labels"),
        annotations=cut.mapping(seen.annotations, "annotations"),
        ports=tuple(cut.parts(seen.ports, "ports")),
        workloads=None if seen.workloads is None else tuple(cut.parts(seen.workloads, "workloads")),
        exposure=exposure,
        posture=None if seen.posture is None else _cleaned_posture(seen.posture, cut),
        claims=tuple(cut.parts(seen.claims, "claims")),
    )
    return cleaned, cut.shortened


def _cleaned_posture(posture: Posture, cut: _Cutter) -> Posture:
    return replace(posture, facts=tuple(cut.parts(posture.facts, "posture")))


def clean_problem(problem: Problem) -> Problem:
    cut = _Cutter()
    severity = problem.severity if problem.severity in ("error", "warning", "info") else "error"
    return Problem(
        code=cut.text(problem.code, 50, "code"),
        message=cut.text(problem.message, 2000, "message"),
        severity=severity,
        place=cut.text(problem.place, PLACE, "place"),
        document=_number(problem.document),
        line=_number(problem.line),
    )


def size_of(spotted: Spotted) -> int:
    """About how many characters the observation keeps in memory."""
    return len(as_json(spotted)) + len(spotted.seen.key) + 1000


def _number(value: int | None) -> int | None:
    return min(max(value, 0), _LARGEST_INTEGER) if isinstance(value, int) else None
