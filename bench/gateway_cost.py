"""What the gateway costs beside the same Envoy that only hands requests on."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.calls import Line
from bench.processes import ran_us
from bench.wrk import Turn, turn

_LINES = 16
#: Bursts are short, so that what else the machine does weighs on both sides of a pair alike.
_BURSTS, _BURST = 150, 6
_WARM_UP = 60


@dataclass(frozen=True, slots=True)
class Side:
    """An Envoy and what it is asked for."""

    process: int
    port: int
    path: str
    key: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor microseconds a request, a pair a burst; turns of wrk, a pair each. ``bare`` first."""

    bursts: Sequence[tuple[float, float]]
    turns: Sequence[tuple[Turn, Turn]]

    @property
    def processor(self) -> list[float]:
        return sorted(full / bare for bare, full in self.bursts)

    @property
    def throughput(self) -> list[float]:
        return sorted(full.per_second / bare.per_second for bare, full in self.turns)


def measure(bare: Side, full: Side, turns: int) -> Cost:
    """Both in turn, again and again; an answer other than 200 ends the measurement."""
    bursts = _bursts(bare, full)
    return Cost(bursts, [(_turn(bare), _turn(full)) for _ in range(turns)])


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """A quarter of the values is below the first, half below the second, three quarters below the third."""
    low, middle, high = statistics.quantiles(values, n=4)
    return low, middle, high


def _bursts(bare: Side, full: Side) -> list[tuple[float, float]]:
    lines = {side: [Line(side.port) for _ in range(_LINES)] for side in (bare, full)}
    try:
        for side in lines:
            _burst(side, lines[side], _WARM_UP)
        return [(_burst(bare, lines[bare], _BURST), _burst(full, lines[full], _BURST)) for _ in range(_BURSTS)]
    finally:
        for line in (*lines[bare], *lines[full]):
            line.close()


def _burst(side: Side, lines: Sequence[Line], rounds: int) -> float:
    before = ran_us(side.process)
    for _ in range(rounds):
        for line in lines:
            line.ask(side.path, side.key)
        if any([line.answer() != 200 for line in lines]):
            raise SystemExit(f"{side.url} did not answer 200.")
    return (ran_us(side.process) - before) / (rounds * len(lines))


def _turn(side: Side) -> Turn:
    found = turn(side.url, {"X-API-Key": side.key})
    if found.refused or found.errors:
        raise SystemExit(f"{side.url} refused {found.refused} requests and broke {found.errors}.")
    return found
