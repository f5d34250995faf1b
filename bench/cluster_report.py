"""The part of docs/performance.md about live clusters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.live import Latency
from bench.processes import Spent
from bench.tables import verdict

# Processor time as a multiple of the floor, mebibytes of a process, milliseconds and seconds.
FIRST_RATIO, UNCHANGED_RATIO, PEAK_MIB = 3.0, 1.5, 300
MEDIAN_MS, P99_MS, CAUGHT_UP_SECONDS = 500, 2000, 10


@dataclass(frozen=True, slots=True)
class Pair:
    """A run and the floor that was measured right before it."""

    floor: Spent
    run: Spent

    @property
    def ratio(self) -> float:
        return self.run.processor_ms / self.floor.processor_ms


@dataclass(frozen=True, slots=True)
class First(Pair):
    """A first run; ``bare`` is its floor into a table without indexes."""

    bare: Spent


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watching process took from before its first look to after the last change."""

    processor_ms: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Runs of several sources, each with its floor; ``written`` rows by all runs without change together."""

    first: Sequence[First]
    unchanged: Sequence[Pair]
    written: int
    latency: Latency
    watched: Watched


def aims(figures: Figures) -> Iterator[str]:
    first, unchanged, latency = middle(figures.first), middle(figures.unchanged), figures.latency
    bare = first.run.processor_ms / first.bare.processor_ms
    yield verdict(
        "first run over a cluster",
        first.ratio <= FIRST_RATIO,
        f"{first.ratio:.2f} times the processor time of its floor, aim {FIRST_RATIO:g}; {bare:.2f} times when the "
        "floor keeps no index",
    )
    yield verdict(
        "run over a cluster without change",
        unchanged.ratio <= UNCHANGED_RATIO,
        f"{unchanged.ratio:.2f} times the processor time of its floor, aim {UNCHANGED_RATIO:g}",
    )
    yield verdict(
        "run over a cluster without change writes no row",
        figures.written == 0,
        f"{figures.written:,} rows were written",
    )
    peak = max(_mib(pair.run.peak_bytes) for pair in (*figures.first, *figures.unchanged))
    yield verdict("memory of a run over a cluster", peak < PEAK_MIB, f"{peak:.0f} MiB at its peak, aim {PEAK_MIB}")
    is_met = latency.lost == 0 and latency.median < MEDIAN_MS and latency.p99 < P99_MS
    yield verdict(
        "from a change of a cluster to its row",
        is_met,
        f"median {latency.median:.0f} ms, aim {MEDIAN_MS}; p99 {latency.p99:.0f} ms, aim {P99_MS}; {latency.lost} of "
        f"{latency.changes:,} lost",
    )
    yield verdict(
        "after the API server was away",
        latency.outage_lost == 0 and latency.caught_up_seconds < CAUGHT_UP_SECONDS,
        f"caught up {latency.caught_up_seconds:.1f} s after its return, aim {CAUGHT_UP_SECONDS}; "
        f"{latency.outage_lost} of {latency.outage_changes:,} lost",
    )


def section(figures: Figures) -> str:
    return "\n\n".join(
        ("## A cluster of 10,000 services", _INTRODUCTION.strip(), _runs(figures), _WATCHED.strip(), _changes(figures))
    )


def middle(pairs: Sequence[Pair]) -> Pair:
    """The pair whose ratio is in the middle."""
    return sorted(pairs, key=lambda pair: pair.ratio)[len(pairs) // 2]


def _runs(figures: Figures) -> str:
    first, unchanged = middle(figures.first), middle(figures.unchanged)
    lines = [
        "| What | Start, s | Own, s | Database, s | Processor, s | Times its floor | Wall, s | Peak, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        _line("fetch, decode, COPY into an empty table without indexes", first.bare),
        _line("floor: fetch, decode, COPY into an empty table", first.floor),
        _line("first run", first.run, first.ratio),
        _line("floor: fetch, decode, read the known rows", unchanged.floor),
        _line("run without change", unchanged.run, unchanged.ratio),
    ]
    return "\n".join(lines)


def _line(what: str, spent: Spent, ratio: float | None = None) -> str:
    seconds = (spent.start_ms, spent.own_ms, spent.database_ms, spent.processor_ms)
    of_floor = f"{ratio:.2f}" if ratio is not None else ""
    figures = " | ".join(f"{value / 1000:.2f}" for value in seconds)
    return f"| {what} | {figures} | {of_floor} | {spent.wall_ms / 1000:.2f} | {_mib(spent.peak_bytes):.0f} |"


def _changes(figures: Figures) -> str:
    latency, watched = figures.latency, figures.watched
    return "\n".join(
        (
            "| Changes | Lost | Median, ms | p99, ms | Worst, ms | While away | Lost | Caught up, s | Processor, s "
            "| Peak, MiB |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            f"| {latency.changes:,} | {latency.lost} | {latency.median:.0f} | {latency.p99:.0f} | {latency.worst:.0f} "
            f"| {latency.outage_changes} | {latency.outage_lost} | {latency.caught_up_seconds:.1f} "
            f"| {watched.processor_ms / 1000:.1f} | {_mib(watched.peak_bytes):.0f} |",
        )
    )


def _mib(size: int) -> float:
    return size / 2**20


_INTRODUCTION = """
10,000 Services, 10,000 Deployments, 4,000 VirtualServices, 4,000 DestinationRules, 1,000 AuthorizationPolicies, 200
PeerAuthentications and a Gateway in 200 namespaces that are in the mesh (`demo/cluster/synthetic.py`), served by a
process of its own from pages that were written and compressed before. The floors (`bench/cluster_floor.py`) fetch the
same pages with the same client and decode them with the same decoders, without Django; they COPY into an empty table
that has the indexes of the real one, since rows that nobody finds are of no use, or read the known rows once. Three
sources look at the cluster; of three pairs the one in the middle counts. The run without change is the one right
after the first. The columns are those of the runs over manifests above.
"""
_WATCHED = """
One of the sources is then watched by `manage.py watch` while 20 things a second change for a minute, each in another
service: versions, replicas, routes, services that come and go. The time is from the command that makes the change to
the notification that PostgreSQL sends when the row is committed. Then the API server is away for a minute, things
change meanwhile, and it comes back without the versions that watches could go on from; **caught up** is when the last
of these changes is a row. **Processor** is that of the watching process from its first look on.
"""
