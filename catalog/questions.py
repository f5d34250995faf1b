"""What the catalog asks the rooms above it, which it does not know.

A room answers by registering a function in its ``AppConfig.ready``. With nobody registered, and for those who may not
know, the answer is ``None``, «not known»: never «none».
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from accounts.actor import Actor
from catalog.models import APIVersion, Service


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service runs, as somebody saw it.

    ``id`` is how the room that answers names it; ``may_open`` and ``may_part`` say whether the actor may look at it
    there, and say that it is another service. ``state`` is published or matched while it is there, else missing or
    retired. ``endpoints`` are its addresses from the internet, ``mesh`` and ``inside`` those from within the mesh and
    inside the cluster. ``ready`` and ``replicas`` are ``None`` where nobody counted. ``specification`` is what became
    of the document beside it: found, published, refused, differs or nothing, with ``specification_note`` to say why.
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
addresses_of: Question[AddressesOf] = Question()
said_of: Question[SaidOf] = Question()
