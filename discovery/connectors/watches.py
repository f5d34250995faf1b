"""The contract with a connector whose place tells of changes by itself: values in, values out, as in ``base``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from discovery.connectors.base import Complete, Observation, Surroundings


@dataclass(frozen=True, slots=True)
class Changed:
    """What a watch has seen since it last said so: everything there is now in these ``scopes``, and nothing else.

    ``since`` is the moment of ``time.monotonic()`` at which the oldest of these changes arrived.
    """

    scopes: tuple[Complete, ...]
    observations: tuple[Observation, ...]
    since: float


@dataclass(frozen=True, slots=True)
class Watching:
    """A sign of life of a watch: how many of its streams are open, and what is not watched, in sentences."""

    streams: int
    streams_open: int
    gaps: tuple[str, ...] = ()


@runtime_checkable
class Watcher(Protocol):
    """What a connector can do besides when its place tells of changes by itself."""

    def watch(self, surroundings: Surroundings) -> Iterator[Changed | Watching]:
        """Yield first everything, then each change soon after it happened, and a sign of life each second, for ever.

        The configuration and its files are read before this returns. What the place hides for a while (a cut stream,
        a restart) is made up for without a word; raises ``ConnectorError`` when only a person or time can help. Closing
        the iterator ends every stream.
        """
        ...
