"""What the catalog asks the rooms above it, which it does not know.

A room answers by registering a function in its ``AppConfig.ready``. With nobody registered, and for those who may not
know, the answer is ``None``, «not known»: never «none».
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from accounts.actor import Actor
from catalog.models import API, APIVersion, Service


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """One thing that is in force for a service where it runs; ``by`` names the object it comes from, if any does.

    ``topic`` is one of mesh, mtls, callers, authentication, exposure, timeout, retries, outliers, limits and traffic;
    ``severity`` is info, warning or error.
    """

    topic: str
    text: str
    by: str = ""
    severity: str = "info"


@dataclass(frozen=True, slots=True)
class PlacePosture:
    """How the mesh protects a service where it runs; empty words and ``None`` say that it is not known.

    ``mesh`` is sidecar, ambient or outside; ``mtls`` strict, permissive, disabled or mixed; ``callers`` anyone, limited
    or nobody. ``is_open``: reached from the internet with nothing on the way that requires authentication.
    """

    mesh: str = ""
    mtls: str = ""
    callers: str = ""
    is_open: bool | None = None
    facts: tuple[PlaceFact, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether anything at all is known."""
        return bool(self.mesh or self.mtls or self.callers or self.facts) or self.is_open is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service runs, as somebody saw it.

    ``id`` is how the room that answers names it; ``may_open`` and ``may_part`` say whether the actor may look at it
    there, and say that it is another service. ``state`` is published or matched while it is there, else missing or
    retired. ``endpoints`` are its addresses from the internet, ``mesh`` and ``inside`` those from within the mesh and
    inside the cluster. ``ready`` and ``replicas`` are ``None`` where nobody counted. ``specification`` is what became
    of the document beside it or of the look for it: found, published, refused, differs, not_found, not_allowed,
    unreachable or nothing, with ``specification_note`` to say why.
    """

    id: int
    environment: str
    environment_title: str
    source: str
    cluster: str
    namespace: str
    name: str
    state: str
    seen_at: datetime | None
    workload_kind: str = ""
    workload_name: str = ""
    version: str = ""
    ready: int | None = None
    replicas: int | None = None
    exposure: str = "inside"
    endpoints: tuple[str, ...] = ()
    posture: PlacePosture = PlacePosture()
    mesh: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    specification: str = ""
    specification_note: str = ""
    matched_by: str = ""
    may_open: bool = False
    may_part: bool = False

    @property
    def is_there(self) -> bool:
        return self.state in ("published", "matched")


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """An address of an API version in an environment, as somebody saw it.

    ``scope`` is internet, mesh or inside, ``by`` the object that makes the address, ``source`` who saw it. ``state``:
    new when it is no instance of the version yet, there when it is one, gone when it is one and is not seen any more.
    """

    environment: str
    environment_title: str
    url: str
    scope: str
    by: str
    source: str
    state: str

    @property
    def is_offered(self) -> bool:
        """Whether it is one of those that «Add all» adds."""
        return self.state == "new" and self.scope != "inside"


@dataclass(frozen=True, slots=True)
class Said:
    """Who says what a field of a service is: a source for a reason, at best with a rule, or a person by hand.

    ``would_say`` is what the source would set in place of what a person set, ``None`` when that is nothing else.
    """

    field: str
    source: str
    reason: str
    said_at: datetime
    is_by_hand: bool = False
    edited_by: str = ""
    edited_at: datetime | None = None
    would_say: str | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """A place where a service runs with another document than a version's, as somebody found it.

    ``place_id`` is how the room that answers names it, ``may_open`` whether the actor may look at it there. ``service``
    and ``service_title`` are empty for a service that the actor may not know of. ``running`` is the version that the
    document states, ``draft`` the draft version that it was published as, if any.
    """

    place_id: int
    environment: str
    service: str
    service_title: str
    running: str
    added: int
    removed: int
    changed: int
    other: int
    details: Mapping[str, Any]
    since: datetime
    draft: str = ""
    may_open: bool = False


@dataclass(frozen=True, slots=True)
class Consumer:
    """An application that has access to an API; ``id`` and ``team`` are how the rooms that answer name them.

    ``state`` is that of its subscription: approved or suspended.
    """

    id: str
    name: str
    team: str
    team_title: str
    environment: str
    version: str
    plan: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Consumers:
    """How many applications have access, and, for those who may know, which; ``None`` is not for the actor to know."""

    count: int
    named: Sequence[Consumer] | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How a version is called through a gateway in an environment: at ``url``, which stands for the base URL that the
    document names, with a key in ``key_header`` unless ``is_keyless``."""

    environment: str
    environment_title: str
    gateway: str
    url: str
    is_keyless: bool = False
    key_header: str = "X-API-Key"


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan, and in words how many requests it allows."""

    title: str
    limits: str
    is_keyless: bool = False


@dataclass(frozen=True, slots=True)
class Calling:
    """The ways to call a version, production first, and what the plans of its API allow. Without ways no gateway
    carries it."""

    ways: Sequence[Way] = ()
    offers: Sequence[Offer] = ()

    def way(self, environment: str = "") -> Way | None:
        """The first way in that environment, else the first of all."""
        found = [one for one in self.ways if one.environment == environment]
        return next(iter([*found, *self.ways]), None)


class HowToCall(Protocol):
    """How a version is called through gateways. The version is the actor's to see."""

    def __call__(self, actor: Actor, version: APIVersion) -> Calling | None: ...


class CarriedInstances(Protocol):
    """Which instances of these versions a gateway carries, by primary key. They come and go with what carries them, and
    not with a list that somebody sends."""

    def __call__(self, version_ids: Collection[int]) -> Set[int] | None: ...


class ConsumersOf(Protocol):
    """Who has access to an API. The API is the actor's to see."""

    def __call__(self, actor: Actor, api: API) -> Consumers | None: ...


class DriftOf(Protocol):
    """Where something else runs than the version says, the place nearest to production first."""

    def __call__(self, actor: Actor, version: APIVersion) -> Sequence[Drift] | None: ...


class PlacesOf(Protocol):
    """Where services run, by id, best place first; every id is a key. The services are the actor's to see."""

    def __call__(self, actor: Actor, service_ids: Collection[int]) -> Mapping[int, Sequence[Place]] | None: ...


class AddressesOf(Protocol):
    """Where the services that provide a version can be reached, production first. The version is the actor's to see."""

    def __call__(self, actor: Actor, version: APIVersion) -> Sequence[SeenAddress] | None: ...


class SaidOf(Protocol):
    """Who says what the fields of a service are, by field; empty when nobody but people does."""

    def __call__(self, actor: Actor, service: Service) -> Mapping[str, Said] | None: ...


A = TypeVar("A", bound=Callable[..., Any])


class Question(Generic[A]):
    """A question that at most one room answers."""

    def __init__(self) -> None:
        self._answer: A | None = None

    def answer_with(self, answer: A) -> A:
        """Let this function answer from now on; a decorator."""
        if self._answer is not None:
            raise RuntimeError(f"{self._answer} answers this already")
        self._answer = answer
        return answer

    def ask(self, *given: Any) -> Any:
        """The answer, or ``None`` when nobody knows."""
        return self._answer(*given) if self._answer is not None else None


places_of: Question[PlacesOf] = Question()
drift_of: Question[DriftOf] = Question()
addresses_of: Question[AddressesOf] = Question()
said_of: Question[SaidOf] = Question()
consumers_of: Question[ConsumersOf] = Question()
how_to_call: Question[HowToCall] = Question()
carried_instances: Question[CarriedInstances] = Question()
