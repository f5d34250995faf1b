"""The contract with a connector that knows how the specifications of running services are reached; see ``base``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from common.http.values import Answer
from common.outbound import Reach
from discovery.connectors.base import Observation, Surroundings


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why there is no answer: ``code`` is stable, ``sentence`` ours and without what anybody else said.

    ``is_lasting``: no other path of the same spot is worth trying now. ``not-allowed`` and ``forbidden`` are codes
    that ask a person to allow something.
    """

    code: str
    sentence: str
    is_lasting: bool = True


class Spot(Protocol):
    """An address of one service at which paths can be asked for.

    ``name`` is what people are shown, ``origin`` how the service's own links begin («https://pay.bank.example»),
    empty where that is not known.
    """

    @property
    def name(self) -> str: ...

    @property
    def origin(self) -> str: ...

    def get(self, path: str, conditions: Mapping[str, str]) -> Answer | Obstacle:
        """What is there now; bounded in time and size. ``path`` begins with a slash and holds no way upwards."""
        ...


@dataclass(frozen=True, slots=True)
class Ways:
    """How a source's specifications are looked for. ``follows_addresses``: whole addresses in annotations count."""

    follows_addresses: bool
    spots_of: Callable[[Observation], Sequence[Spot]]


@runtime_checkable
class Fetcher(Protocol):
    """What a connector can do besides when its place knows where services answer."""

    def ways(self, surroundings: Surroundings, reach: Reach) -> Ways:
        """How to look; ``reach`` is what anybody's addresses may be. Raises ``ConnectorError``.

        What the source holds (headers, tokens, certificates) is shown to hosts that its own configuration names.
        """
        ...
