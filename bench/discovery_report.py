"""The part of docs/performance.md about discovery."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.processes import Spent
from bench.tables import Row, ms, requests_table, verdict

# Processor time as a multiple of the floor, mebibytes of the run's process, milliseconds with one client.
FIRST_RATIO, UNCHANGED_RATIO, PEAK_MIB, LIST_P95_MS = 3.0, 1.5, 400, 50


@dataclass(frozen=True, slots=True)
class Figures:
    """``written`` rows by the run without change; ``requests`` against so many ``rows`` of discovered services."""

    services: int
    first_floor: Spent
    first: Spent
    known_floor: Spent
    unchanged: Spent
    written: int
    publishing: Spent
    rows: int
    requests: Sequence[Row]


def aims(figures: Figures) -> Iterator[str]:
    yield _ratio("first run", figures.first, figures.first_floor, FIRST_RATIO)
    yield _ratio("run without change", figures.unchanged, figures.known_floor, UNCHANGED_RATIO)
    yield verdict("run without change writes no row", figures.written == 0, f"{figures.written:,} rows were written")
    peak = max(_mib(figures.first), _mib(figures.unchanged))
    yield verdict("memory of a run", peak < PEAK_MIB, f"{peak:.0f} MiB at its peak, aim {PEAK_MIB}")
    for row in figures.requests:
        figure = f"p95 {ms(row.one.p95)} ms, aim {LIST_P95_MS}"
        yield verdict(f"{row.kind} of {figures.rows:,}", row.one.p95 < LIST_P95_MS, figure)


def section(figures: Figures) -> str:
    objects = 2 * figures.services
    return "\n\n".join(
        (
            f"## A run over {figures.services:,} services",
            _INTRODUCTION.format(services=figures.services, objects=objects).strip(),
            _runs(figures),
            f"## {figures.rows:,} discovered services",
            f"The rows are copies of {figures.services:,} really discovered ones, each copy a cluster of its own. The "
            "caller is an administrator, who sees all of them; a list has 50 rows.",
            requests_table(figures.requests),
        )
    )


def _ratio(what: str, run: Spent, floor: Spent, aim: float) -> str:
    ratio = run.processor_ms / floor.processor_ms
    return verdict(what, ratio <= aim, f"{ratio:.2f} times the processor time of its floor, aim {aim:g}")


def _runs(figures: Figures) -> str:
    lines = [
        "| What | Start, s | Own, s | Database, s | Processor, s | Times its floor | Peak, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
        _line("floor: read, parse, COPY into an empty table", figures.first_floor),
        _line("first run", figures.first, figures.first_floor),
        _line("floor: read, parse, read the known rows", figures.known_floor),
        _line("run without change", figures.unchanged, figures.known_floor),
        _line("first run, and a rule publishes everything", figures.publishing, figures.first_floor),
    ]
    return "\n".join(lines)


def _line(what: str, spent: Spent, floor: Spent | None = None) -> str:
    seconds = (spent.start_ms, spent.own_ms, spent.database_ms, spent.processor_ms)
    ratio = f"{spent.processor_ms / floor.processor_ms:.2f}" if floor else ""
    return f"| {what} | {' | '.join(f'{value / 1000:.2f}' for value in seconds)} | {ratio} | {_mib(spent):.0f} |"


def _mib(spent: Spent) -> float:
    return spent.peak_bytes / 2**20


_INTRODUCTION = """
{services:,} manifests with {objects:,} objects, a Service and its Deployment each, in 200 namespaces
(`bench/manifests.py`). A run is `manage.py run_source` in a process of its own. Its floor (`bench/floor.py`) is the
least it could do, measured beside it: reading and parsing the same files with the same loader, without Django, and
either a COPY of the rows into an empty table without indexes or one read of the known rows. **Start** is what the
program takes until all that it uses is loaded, which a worker has behind it when a run begins; **own** is the processor
time of the process without it, **database** that of PostgreSQL meanwhile, **processor** the sum of these two.
"""
