"""The contract between the engine and a connector: values in, values out, no Django and no database.

A connector looks at one kind of place and yields what it sees. It keeps no state between runs, decides nothing about
the catalog and never says that something is gone: it says which listings were *complete*, and the engine draws the
conclusion. ``docs/connectors.md`` shows how to write one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Protocol, get_args

from msgspec import Struct

ParameterKind = Literal["text", "lines", "integer", "boolean", "choice", "folder", "upload"]
ExposureLevel = Literal["inside", "mesh", "internet"]
Severity = Literal["error", "warning", "info"]
MeshState = Literal["", "sidecar", "ambient", "outside"]
MTLSMode = Literal["", "strict", "permissive", "disabled", "mixed"]
Callers = Literal["", "anyone", "limited", "nobody"]
ProtocolSpoken = Literal["http", "grpc", "tcp"]
ClaimField = Literal["title", "description", "owner", "domain", "system", "kind"]

#: Every level of exposure, from the closest to the most open.
EXPOSURES: tuple[ExposureLevel, ...] = get_args(ExposureLevel)
CLAIM_FIELDS: tuple[ClaimField, ...] = get_args(ClaimField)
MESH_STATES: tuple[MeshState, ...] = get_args(MeshState)
MTLS_MODES: tuple[MTLSMode, ...] = get_args(MTLSMode)
CALLERS: tuple[Callers, ...] = get_args(Callers)

#: The namespace that stands for all of them in ``Complete``.
EVERYWHERE = "*"

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a source of this kind is told; the form, the REST validation and the page in the docs follow from it.

    ``secret`` texts and lines are sealed at rest and never shown again; lines then come as one text. ``at_most``
    bounds the characters of a text, the value of an integer and the bytes of an upload. A ``folder`` is a path below
    the setting PORTICO_SOURCES_ROOT; an ``upload`` reaches the connector as the path of a file. A secret is
    ``shown_to`` the address that the parameter of that name holds: whoever changes that one gives the secret again.
    What has the same ``group`` stands together in the form, folded, below what has none.
    """

    name: str
    label: str
    kind: ParameterKind = "text"
    help: str = ""
    required: bool = True
    secret: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    at_most: int = 1000
    shown_to: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a connector is given: the checked configuration and the bounds of its work.

    ``deadline`` is a moment of ``time.monotonic()`` after which the engine stops listening; ``sources_root`` the
    folder that ``folder`` parameters lie below, ``None`` when the operator allows none. ``origin`` is what a run before
    gave as the digest of what the stored rows follow from (``Derived``), empty when nothing like that is known.
    """

    source: str
    environment: str
    configuration: Mapping[str, Any]
    deadline: float
    sources_root: Path | None = None
    origin: bytes = b""


class Workload(Struct, frozen=True, gc=False):
    """What stands behind a service: a Deployment, a StatefulSet, a virtual machine. Unknown counts are ``None``."""

    kind: str
    name: str
    version: str = ""
    replicas: int | None = None
    ready: int | None = None


class Port(Struct, frozen=True, gc=False):
    """A port as the service offers it."""

    number: int
    name: str = ""
    protocol: str = "TCP"


class Endpoint(Struct, frozen=True, gc=False):
    """An address under which a service can be reached; ``by`` names the object that makes it so.

    ``scope`` says from where: the internet, the mesh or inside the cluster. Without a ``port`` it is the usual one.
    What speaks neither HTTP nor gRPC, as far as that is known, is ``tcp``.
    """

    host: str
    path: str = "/"
    tls: bool = False
    by: str = ""
    scope: ExposureLevel = "internet"
    port: int | None = None
    protocol: ProtocolSpoken = "http"

    @property
    def url(self) -> str:
        """The address as one writes it."""
        port = f":{self.port}" if self.port is not None else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.protocol == "tcp":
            return f"tcp://{host}{port}"
        return f"{'https' if self.tls else 'http'}://{host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Exposure:
    """From where a service can be reached, with the addresses."""

    level: ExposureLevel
    endpoints: tuple[Endpoint, ...] = ()


class PostureFact(Struct, frozen=True, gc=False):
    """One thing that is in force for a service; ``by`` names the object that it comes from, nothing for a default.

    ``topic`` is one of mesh, mtls, callers, authentication, exposure, timeout, retries, outliers, limits and traffic.
    """

    topic: str
    text: str
    by: str = ""
    severity: Severity = "info"


@dataclass(frozen=True, slots=True)
class Posture:
    """How a mesh protects a service. An empty word and ``None`` stand for «not known» or «not evaluated».

    ``callers`` says whom the policies let in: anyone, some (limited) or nobody. ``is_open`` is whether it can be
    reached from the internet without anything on the way that requires authentication.
    """

    mesh: MeshState = ""
    mtls: MTLSMode = ""
    callers: Callers = ""
    is_open: bool | None = None
    facts: tuple[PostureFact, ...] = ()


class Claim(Struct, frozen=True, gc=False):
    """What the place says of a field of the catalog; ``reason`` names where it says so («annotation portico.io/owner»).

    ``owner``, ``domain`` and ``system`` are slugs.
    """

    field: ClaimField
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundSpecification:
    """The bytes of a specification that belongs to a service, and the place they were found at."""

    place: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Observation:
    """One service as a run saw it.

    ``key`` names it within the source for as long as it keeps its name; ``identity`` is what it keeps when it is
    renamed or moved (a label that names the software), ``None`` when there is no such thing. ``kind`` is the place's
    own word (Service) and, with ``namespace``, the scope that completeness is said of. ``workloads``, ``exposure``,
    ``posture`` and ``specification_read`` are ``None`` or ``False`` when they could not be read in this run: what is
    known stays.
    ``unread_claims`` names objects that may say more of the catalog's fields and could not be read, as the reasons of
    claims end with («namespace cards»): what is known to have been said there stays.
    ``labels`` and ``annotations`` hold only what may be stored and shown.
    """

    key: str
    kind: str
    name: str
    namespace: str = ""
    cluster: str = ""
    uid: str = ""
    identity: str | None = None
    version: str = ""
    labels: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    annotations: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    ports: tuple[Port, ...] = ()
    workloads: tuple[Workload, ...] | None = ()
    exposure: Exposure | None = Exposure("inside")
    posture: Posture | None = Posture()
    claims: tuple[Claim, ...] = ()
    unread_claims: tuple[str, ...] = ()
    specification: FoundSpecification | None = None
    specification_read: bool = True
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a run could not read or understand, with its place. Any ``error`` makes the run partial."""

    code: str
    message: str
    severity: Severity = "error"
    place: str = ""
    document: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """Every object of that kind in that namespace has been yielded, without an error on the way."""

    kind: str
    namespace: str = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Derived:
    """Every observation of this run follows from what ``origin`` is a digest of, and from nothing else."""

    origin: bytes


@dataclass(frozen=True, slots=True)
class Same:
    """The place is as ``Surroundings.origin`` says: the observations that follow from it again are not yielded."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A step begins; ``total`` is what it will count up to, when that is known."""

    name: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the current phase has come. Yield one at least every few seconds: it is also the sign of life."""

    count: int


Seen = Observation | Problem | Complete | Derived | Same | Phase | Progress


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer of «test connection»: what was found, in sentences.

    One that names rights which are lacking brings what to apply in the lines after it.
    """

    sentences: tuple[str, ...] = ()


class ConnectorError(Exception):
    """A foreseen reason why a place could not be looked at. ``code`` is stable, ``hint`` says what to do.

    ``transient`` errors are worth trying again by themselves.
    """

    code = "failed"
    transient = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Misconfigured(ConnectorError):
    """The source's configuration cannot work; a person has to change it."""

    code = "misconfigured"


class Refused(ConnectorError):
    """The place answered and said no."""

    code = "refused"


class Unreachable(ConnectorError):
    """The place did not answer."""

    code = "unreachable"
    transient = True


class Partial(ConnectorError):
    """The rest could not be read. What was yielded before counts; what was not said to be complete is not."""

    code = "partial"
    transient = True


class Connector(Protocol):
    """One kind of place. ``kind`` is its stable name, ``version`` is noted in every run, ``icon`` one of Tabler's.

    A connector is made without arguments, once a process, and may be used for several sources.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    icon: ClassVar[str]
    version: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]

    def check(self, surroundings: Surroundings) -> Checked:
        """Try the place within a few seconds; raises ``ConnectorError`` with what to do about it."""
        ...

    def observe(self, surroundings: Surroundings) -> Iterator[Seen]:
        """Yield what is there now, streamed; raises ``ConnectorError``. Nothing may be held open after the last."""
        ...
