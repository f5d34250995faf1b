"""What the marketplace asks the rooms above it, which it does not know.

A room answers by registering a function in its ``AppConfig.ready``. With nobody registered the answer is ``None``, «not
known»: never «none».
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from accounts.actor import Actor
from catalog.questions import Question
from marketplace.models import Application

#: What is asked about: a grant, a key, or a route of a gateway.
Subject = Literal["subscription", "credential", "route"]

EnforcementState = Literal["in_force", "waiting", "refused", "out_of_contact", "no_route"]


@dataclass(frozen=True, slots=True)
class GatewayWord:
    """What one gateway says of something it has to do.

    ``in_force``: it acknowledged it at ``since``. ``waiting``: it was told and has not answered yet. ``refused``:
    Envoy did not take it, in the words of ``note``, and does what it did before. ``out_of_contact``: nothing was heard
    of it for 60 seconds; ``since`` is then when it acknowledged this, if it did, and ``note`` says that this is last
    known.
    ``no_route``: it has no route to do it on.
    """

    slug: str
    title: str
    state: EnforcementState
    since: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Enforcement:
    """On which gateways something is done. ``since`` is when the last of them acknowledged it, ``None`` while one of
    them has not; ``gateways`` are those of its environment, by slug."""

    gateways: tuple[GatewayWord, ...]
    count_in_force: int
    count: int
    since: datetime | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether there are gateways, and all of them do it."""
        return 0 < self.count == self.count_in_force


@dataclass(frozen=True, slots=True)
class Enforced:
    """What gateways have to follow, of a row: whose gateways (the API's, in that environment), and as of which
    generation; 0: they were never told of it."""

    pk: int
    api_id: int
    environment_id: int
    generation: int


class InForceOf(Protocol):
    """On which gateways each row of that kind is in force, by primary key; every row is a key.

    A fixed number of queries, however many rows. The rows are the actor's to see.
    """

    def __call__(self, subject: Subject, rows: Collection[Enforced]) -> Mapping[int, Enforcement] | None: ...


class RequestsOf(Protocol):
    """How many requests an application sent in the last seven days; one query."""

    def __call__(self, actor: Actor, application: Application, now: datetime) -> int | None: ...


class UsageOf(Protocol):
    """The same of each of these subscriptions of the application, by primary key and in 28 steps, the oldest first; one
    query. Who sent nothing is not in it."""

    def __call__(
        self, actor: Actor, application: Application, subscription_ids: Collection[int], now: datetime
    ) -> Mapping[int, Sequence[int]] | None: ...


class TrafficOfKeys(Protocol):
    """How many requests came with each of these keys of the application in the last hour, by primary key; one query."""

    def __call__(
        self, actor: Actor, application: Application, credential_ids: Collection[int], now: datetime
    ) -> Mapping[int, int] | None: ...


in_force_of: Question[InForceOf] = Question()
requests_of: Question[RequestsOf] = Question()
usage_of: Question[UsageOf] = Question()
traffic_of_keys: Question[TrafficOfKeys] = Question()
