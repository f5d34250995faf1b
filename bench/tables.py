"""What the parts of docs/performance.md have in common: the table of requests, verdicts, and figures as text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.client import Sample

CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request at one size of the catalog: one client, ``CLIENTS`` at once, the SQL alone."""

    kind: str
    one: Sample
    many: Sample
    sql: float
    statements: float


def requests_table(rows: Sequence[Row]) -> str:
    lines = [
        f"| Request | p50 | p95 | p95, {CLIENTS} clients | Requests/s, {CLIENTS} clients | Server | Database "
        "| Processor | SQL alone | Processor / SQL | Statements |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        one, many = row.one, row.many
        figures = (one.p50, one.p95, many.p95, None, one.server, one.database, one.processor, row.sql)
        cells = [f"{many.per_second:.0f}" if value is None else ms(value) for value in figures]
        ratio = f"{one.processor / row.sql:.1f}" if row.sql else "–"
        lines.append(f"| {row.kind} | {' | '.join(cells)} | {ratio} | {row.statements:.0f} |")
    return "\n".join(lines)


def verdict(what: str, met: bool, figure: str) -> str:
    return f"{'Met' if met else '**Missed**'}: {what}, {figure}."


def ms(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def size_of(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1e6:.1f} MB" if count >= 950_000 else f"{count / 1000:.0f} kB"
