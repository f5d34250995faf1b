"""The lines of a watch, and what its stream makes known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from discovery.connectors.base import ConnectorError
from discovery.connectors.kubernetes.items import Part
from discovery.connectors.kubernetes.replies import unintelligible

_NAME_AT_MOST = 253


class _Line(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Head(Part):
    name: str = ""
    namespace: str = ""
    resource_version: str = ""


class _Object(Part):
    """What every object of a watch has; a bookmark has a version and no name, an error (a Status) a code."""

    metadata: _Head = msgspec.field(default_factory=_Head)
    code: int = 0


_line = msgspec.json.Decoder(_Line)
_object = msgspec.json.Decoder(_Object)


@dataclass(frozen=True, slots=True)
class Event:
    """One line: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR, with its object as it came."""

    type: str
    namespace: str
    name: str
    version: str
    code: int
    raw: msgspec.Raw


def read_event(line: bytes, what: str) -> Event:
    """What a line says; raises ConnectorError when it says nothing that is understood."""
    try:
        read = _line.decode(line)
        head = _object.decode(read.object)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unintelligible(what) from None
    about = head.metadata
    if len(about.name) > _NAME_AT_MOST or len(about.namespace) > _NAME_AT_MOST:
        raise unintelligible(what)
    return Event(read.type, about.namespace, about.name, about.resource_version, head.code, read.object)


@dataclass(frozen=True, slots=True)
class Unfit:
    """An object that cannot be read as one of its kind."""

    namespace: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Everything that is there of a kind in a scope."""

    found: Mapping[tuple[str, str], Any]
    unfit: Sequence[Unfit]


@dataclass(frozen=True, slots=True)
class Happened:
    """An object is there as it was ``found``, or is not there any more."""

    namespace: str
    name: str
    found: Any | None
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The stream tells from now on everything that happens."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What the stream tells of is not known for a while; ``verb`` is the right that is missing, if it is one."""

    error: ConnectorError
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing can be told any more of the whole cluster."""

    error: ConnectorError


Told = Listed | Happened | Opened | Missed | Failed
