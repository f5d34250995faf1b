"""The part of docs/performance.md about gateways."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.gateway_cost import Cost, quartiles
from bench.revoking import Flow, Revoked
from bench.tables import verdict

PROCESSOR_RATIO, THROUGHPUT_RATIO = 1.6, 0.7
MEDIAN_MS, P99_MS = 300, 1000
SNAPSHOT_SECONDS, AGENT_MIB, RESTART_SECONDS = 2, 400, 3
#: Changes a second; a machine that does not get to so many has not shown what they do.
PER_SECOND, NEARLY = 20, 0.95


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``answer_seconds`` is until an agent has the portal's answer; the rest is processor time: of the portal with its
    database, of reading the answer and of compiling it. Sizes in bytes: the answer, and all resources of Envoy."""

    keys: int
    answer_bytes: int
    answer_seconds: float
    building_seconds: float
    reading_seconds: float
    compiling_seconds: float
    resource_bytes: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """From the start of a gateway with an empty folder to its first 200."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Restarted:
    """Seconds to the first 200 without a portal: Envoy alone was killed, or everything was started anew."""

    envoy_seconds: float
    all_seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """``peaks`` are bytes of ``agent`` and ``envoy``."""

    apis: int
    snapshot: Snapshot
    loaded: Loaded
    cost: Cost
    revoked: Revoked
    flow: Flow
    peaks: Mapping[str, int]
    restarted: Restarted


def aims(figures: Figures) -> Iterator[str]:
    processor, throughput = quartiles(figures.cost.processor)[1], quartiles(figures.cost.throughput)[1]
    yield verdict(
        "processor time of a request through the gateway",
        processor <= PROCESSOR_RATIO,
        f"{processor:.2f} times that of plain proxying, aim {PROCESSOR_RATIO}",
    )
    yield verdict(
        "throughput of the gateway",
        throughput >= THROUGHPUT_RATIO,
        f"{throughput:.2f} times that of plain proxying, aim {THROUGHPUT_RATIO}",
    )
    revoked = figures.revoked
    yield verdict(
        "from the click on «revoke» to the refusal",
        revoked.median < MEDIAN_MS and revoked.p99 < P99_MS,
        f"median {revoked.median:.0f} ms, aim {MEDIAN_MS}; p99 {revoked.p99:.0f} ms, aim {P99_MS}",
    )
    snapshot = figures.snapshot
    for what, seconds in (
        ("snapshot built by the portal", snapshot.building_seconds),
        ("snapshot compiled by the agent", snapshot.reading_seconds + snapshot.compiling_seconds),
    ):
        yield verdict(what, seconds < SNAPSHOT_SECONDS, f"{seconds:.2f} s of processor time, aim {SNAPSHOT_SECONDS}")
    agent = figures.peaks["agent"] / 2**20
    yield verdict("memory of the agent", agent < AGENT_MIB, f"{agent:.0f} MiB at its peak, aim {AGENT_MIB}")
    flow = figures.flow
    keeps_pace = flow.changes / flow.seconds >= NEARLY * PER_SECOND
    is_met = keeps_pace and not (flow.dropped or flow.refused or flow.still_open)
    yield verdict(
        "callers while keys are revoked",
        is_met,
        f"{flow.dropped} of {flow.answered:,} requests dropped and {flow.refused} refused; "
        f"{flow.changes / flow.seconds:.1f} changes a second, aim {PER_SECOND}",
    )
    seconds = figures.restarted.envoy_seconds
    yield verdict(
        "Envoy restarted without the portal", seconds < RESTART_SECONDS, f"{seconds:.1f} s, aim {RESTART_SECONDS}"
    )


def section(figures: Figures) -> str:
    keys = f"{figures.snapshot.keys:,}"
    introduction = _INTRODUCTION.strip().format(apis=f"{figures.apis:,}", keys=keys)
    return "\n\n".join(
        ("## Gateway", introduction, _cost(figures.cost), _WHY.strip(), _enforcing(figures), _size(figures))
    )


def _cost(cost: Cost) -> str:
    lines = [
        "| Beside plain proxying | Lower quartile | Median | Upper quartile | Pairs |",
        "|---|---:|---:|---:|---:|",
    ]
    for what, ratios in (("processor time a request", cost.processor), ("requests a second", cost.throughput)):
        low, middle, high = quartiles(ratios)
        lines.append(f"| {what} | {low:.2f} | {middle:.2f} | {high:.2f} | {len(ratios)} |")
    bare, full = (quartiles([pair[side] for pair in cost.bursts])[1] for side in (0, 1))
    lines += ["", f"Plain proxying took {bare:.0f} µs of processor time a request, the gateway {full:.0f} µs."]
    return "\n".join(lines)


def _enforcing(figures: Figures) -> str:
    revoked, flow, restarted = figures.revoked, figures.flow, figures.restarted
    return "\n".join(
        (
            "| What | Figure |",
            "|---|---:|",
            f"| click to refusal, of {len(revoked.waits)}: median | {revoked.median:.0f} ms |",
            f"| click to refusal: p99 | {revoked.p99:.0f} ms |",
            f"| changes, in {flow.seconds:.0f} s | {flow.changes} |",
            f"| requests of others meanwhile | {flow.answered:,} |",
            f"| of these dropped, refused | {flow.dropped}, {flow.refused} |",
            f"| revoked keys that still open a door | {flow.still_open} |",
            f"| Envoy killed, portal away: until it serves | {restarted.envoy_seconds:.1f} s |",
            f"| agent and Envoy started anew, portal away: until they serve | {restarted.all_seconds:.1f} s |",
        )
    )


def _size(figures: Figures) -> str:
    snapshot = figures.snapshot
    return "\n".join(
        (
            "| What | Figure |",
            "|---|---:|",
            f"| processor time of the portal and its database for everything | {snapshot.building_seconds:.2f} s |",
            f"| answer of the portal with everything, compressed | {snapshot.answer_bytes / 1e6:.1f} MB |",
            f"| until an agent has it | {snapshot.answer_seconds:.2f} s |",
            f"| processor time of reading it | {snapshot.reading_seconds:.2f} s |",
            f"| processor time of compiling it | {snapshot.compiling_seconds:.2f} s |",
            f"| resources for Envoy | {snapshot.resource_bytes / 1e6:.1f} MB |",
            f"| gateway started with nothing on its disk: until it serves | {figures.loaded.seconds:.1f} s |",
            f"| memory of the agent at its peak | {figures.peaks['agent'] / 2**20:.0f} MiB |",
            f"| memory of Envoy at its peak | {figures.peaks['envoy'] / 2**20:.0f} MiB |",
        )
    )


_INTRODUCTION = """
{apis} APIs with {keys} keys that open something, a plan of two limits each and a few suspended subscriptions
(`bench/keys.py`), at a gateway as `manage.py gateway_run` starts it, with one worker thread. Beside it the same Envoy
hands every request on and does nothing else (`bench/bare_envoy.py`); behind both is nginx with an answer of 14 bytes.
Processor time is of the whole process of Envoy, in bursts of 96 requests on 16 open connections to each in turn;
throughput is of one second of wrk with 32 connections to each in turn. A request is found by its path and its key, held
to the limits and counted; its answer loses what tells of the upstream.
"""
_WHY = """
What the processor time beyond plain proxying goes to was looked for with 20 APIs of 20 keys, where all of it took 1.68
times plain proxying, by leaving parts away one at a time (in units of plain proxying; a difference of 0.03 is within
what repeating it changes): digesting the key 0.08, with LuaJIT compiling it (interpreted, all would take 0.3 more); a
filter that runs a script at all about 0.07, estimated from adding a second one; the limits with their headers in the
answer 0.14; what an answer loses 0.06; the filters that start a script or a refusal only where something needs it
0.05 and 0.07; counting usage 0.03; one way to write paths 0.04; the times that a request may take 0.04; the caller's
address 0.04; identifying requests 0.03. Each of them guards or counts something, so none is left out for speed. The
script for answers runs only for those that refer to something: started for each it was 0.1.
"""
