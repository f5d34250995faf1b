"""``python -m bench.live CONTROL SOURCE``: how long a change of the cluster takes to its row, as one object of JSON.

The source is watched by somebody else meanwhile. Changes come at a steady pace for a minute; then the API server goes
away, things change behind its back, and it returns.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from bench.changes import Change, changes
from bench.cluster_process import Telling
from bench.floor import connection_of
from bench.listening import Listening
from bench.measuring import say
from portal import env

PER_SECOND, SECONDS = 20, 60
OUTAGE_SECONDS, OUTAGE_CHANGES = 60, 240
PATIENCE_SECONDS = 60
SETTLE_SECONDS = 10
_LIVE = "SELECT state FROM discovery_watch JOIN discovery_source s ON s.id = source_id WHERE s.name = %s"


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from change to visible row; ``caught_up_seconds`` is from the return of the API server."""

    changes: int
    lost: int
    median: float
    p99: float
    worst: float
    outage_changes: int
    outage_lost: int
    caught_up_seconds: float


def measure(telling: Telling, listening: Listening, per_second: int, seconds: int, outage: int) -> Latency:
    count = per_second * seconds
    every = list(changes(count + OUTAGE_CHANGES, 0))
    steady, behind = every[:count], every[count:]
    made = _make(telling, steady, 1 / per_second)
    _wait(listening, steady)
    waits = [_wait_of(listening, change, moment) for change, moment in zip(steady, made, strict=True)]
    seen = sorted(1000 * wait for wait in waits if wait is not None)
    returned = _outage(telling, behind, outage)
    _wait(listening, behind)
    late = [_wait_of(listening, change, returned) for change in behind]
    return Latency(
        changes=count,
        lost=count - len(seen),
        median=statistics.median(seen),
        p99=seen[min(int(len(seen) * 0.99), len(seen) - 1)],
        worst=seen[-1],
        outage_changes=len(behind),
        outage_lost=late.count(None),
        caught_up_seconds=max((wait for wait in late if wait is not None), default=0.0),
    )


def _make(telling: Telling, every: Sequence[Change], pause: float) -> list[float]:
    """Make the changes, one each ``pause`` seconds; the moment at which each was asked for."""
    begun, made = time.monotonic(), []
    for number, change in enumerate(every):
        time.sleep(max(begun + number * pause - time.monotonic(), 0))
        made.append(time.monotonic())
        telling.tell(**change.command)
    return made


def _outage(telling: Telling, every: Sequence[Change], seconds: int) -> float:
    """The server is away for so long while these changes are made; the moment of its return."""
    with telling.another() as away:
        away.send(do="restart", down_seconds=seconds)
        _make(telling, every, seconds / (len(every) + 1))
        away.answer()
        return time.monotonic()


def _wait(listening: Listening, every: Sequence[Change]) -> None:
    """Until all are there, or patience ends; which are not is told to whoever waits."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    missing = list(every)
    while time.monotonic() < deadline and missing:
        time.sleep(0.2)
        missing = [change for change in missing if _wait_of(listening, change, 0) is None]
    for change in missing:
        say(f"lost: {change.field} of {change.service} is not {change.value}")


def _wait_of(listening: Listening, change: Change, moment: float) -> float | None:
    seen = listening.moment(change.service, change.field, change.value)
    return None if seen is None else seen - moment


def _await_live(connection: psycopg.Connection, source: str) -> None:
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = connection.execute(_LIVE, [source]).fetchone()
        if found == ("live",):
            time.sleep(SETTLE_SECONDS)
            return
        time.sleep(0.2)
    raise SystemExit(f"The source {source} is not watched.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("control", type=Path)
    parser.add_argument("source")
    parser.add_argument("--per-second", type=int, default=PER_SECOND)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--outage", type=int, default=OUTAGE_SECONDS, help="seconds")
    options = parser.parse_args()
    with psycopg.connect(**connection_of(env.database_url()), autocommit=True) as connection:
        _await_live(connection, options.source)
        listening = Listening(connection)
        listening.start()
        try:
            with Telling(options.control) as telling:
                found = measure(telling, listening, options.per_second, options.seconds, options.outage)
        finally:
            listening.stop()
    json.dump(asdict(found), sys.stdout)


if __name__ == "__main__":
    main()
