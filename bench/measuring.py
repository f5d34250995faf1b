"""Kinds of request measured one after the other, each beside its SQL alone."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

from bench.client import Client, Request
from bench.portico import ROOT
from bench.tables import CLIENTS, Row

WARM_UP = 20


def rows_of(client: Client, requests: Mapping[str, Sequence[Request]], where: str) -> Iterator[Row]:
    """A row for each kind; ``where`` is what those who wait are told that they wait for."""
    say(f"{where}: SQL alone")
    sql = _sql_alone(client, {kind: [request.path for request in every[:20]] for kind, every in requests.items()})
    for kind, every in requests.items():
        client.measure(every[:WARM_UP])
        one = client.measure(every)
        say(f"{where}: {kind}, p95 {one.p95:.0f} ms, processor {one.processor:.1f} ms")
        yield Row(
            kind=kind,
            one=one,
            many=client.measure(every, clients=CLIENTS),
            sql=sql[kind]["milliseconds"],
            statements=sql[kind]["statements"],
        )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _sql_alone(client: Client, paths: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.plans"],
        cwd=ROOT,
        env=client.portico.environment,
        input=json.dumps({"credentials": client.credentials, "paths": paths}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
