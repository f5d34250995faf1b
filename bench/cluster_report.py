"""The part of docs/performance.md about live clusters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.processes import Spent
from bench.tables import verdict

# Processor time as a multiple of the floor, mebibytes of the run's process.
FIRST_RATIO, UNCHANGED_RATIO, PEAK_MIB = 3.0, 1.5, 300


@dataclass(frozen=True, slots=True)
class Pair:
    """A run and the floor that was measured right before it."""

    floor: Spent
    run: Spent

    @property
    def ratio(self) -> float:
        return self.run.processor_ms / self.floor.processor_ms


@dataclass(frozen=True, slots=True)
class Figures:
    """Runs of several sources, each with its floor; ``written`` rows by all runs without change together."""

    first: Sequence[Pair]
    unchanged: Sequence[Pair]
    written: int


def aims(figures: Figures) -> Iterator[str]:
    yield _ratio("first run over a cluster", figures.first, FIRST_RATIO)
    yield _ratio("run over a cluster without change", figures.unchanged, UNCHANGED_RATIO)
    yield verdict(
        "run over a cluster without change writes no row", figures.written == 0, f"{figures.written:,} rows were written"
    )
    peak = max(_mib(pair.run) for pair in (*figures.first, *figures.unchanged))
    yield verdict("memory of a run over a cluster", peak < PEAK_MIB, f"{peak:.0f} MiB at its peak, aim {PEAK_MIB}")


def section(figures: Figures) -> str:
    return "\n\n".join(("## A cluster of 10,000 services", _INTRODUCTION.strip(), _runs(figures)))


def _ratio(what: str, pairs: Sequence[Pair], aim: float) -> str:
    ratio = middle(pairs).ratio
    return verdict(what, ratio <= aim, f"{ratio:.2f} times the processor time of its floor, aim {aim:g}")


def middle(pairs: Sequence[Pair]) -> Pair:
    """The pair whose ratio is in the middle."""
    return sorted(pairs, key=lambda pair: pair.ratio)[len(pairs) // 2]


def _runs(figures: Figures) -> str:
    first, unchanged = middle(figures.first), middle(figures.unchanged)
    lines = [
        "| What | Start, s | Own, s | Database, s | Processor, s | Times its floor | Peak, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
        _line("floor: fetch, decode, COPY into an empty table", first.floor),
        _line("first run", first.run, first.ratio),
        _line("floor: fetch, decode, read the known rows", unchanged.floor),
        _line("run without change", unchanged.run, unchanged.ratio),
    ]
    return "\n".join(lines)


def _line(what: str, spent: Spent, ratio: float | None = None) -> str:
    seconds = (spent.start_ms, spent.own_ms, spent.database_ms, spent.processor_ms)
    of_floor = f"{ratio:.2f}" if ratio is not None else ""
    return f"| {what} | {' | '.join(f'{value / 1000:.2f}' for value in seconds)} | {of_floor} | {_mib(spent):.0f} |"


def _mib(spent: Spent) -> float:
    return spent.peak_bytes / 2**20


_INTRODUCTION = """
10,000 Services, 10,000 Deployments, 4,000 VirtualServices, 4,000 DestinationRules, 1,000 AuthorizationPolicies, 200
PeerAuthentications and a Gateway in 200 namespaces (`demo/cluster/synthetic.py`), served by a process of its own from
pages that were written and compressed before. The floors (`bench/cluster_floor.py`) fetch the same pages with the same
client and decode them with the same decoders, without Django.
"""
