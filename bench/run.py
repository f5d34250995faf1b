"""``make bench``: fills portals of several sizes, measures them and writes docs/performance.md."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench import report, targets
from bench.client import Client
from bench.portico import ROOT, Portico, running
from bench.processes import yardstick_ms
from bench.publications import Publishing, publish_all, publish_and_search

TEAM = "bench"
PARTS = ("web", "worker", "beat", "database")
WARM_UP, IDLE_SECONDS, SETTLE_SECONDS = 20, 30, 20


def main() -> None:
    options = _options()
    if not Path("/proc/self/stat").exists():
        raise SystemExit("The processor time of other processes is read from /proc, which this system does not have.")
    before = _state()
    sizes: list[report.Size] = []
    publishing: list[Publishing] = []
    for apis in options.sizes:
        largest = apis == max(options.sizes)
        with running() as portico:
            client = _fill(portico, apis, options.seed)
            sizes.append(_measure_reads(client, apis, options))
            if largest:
                _say("publishing")
                at_commit = (publish_and_search(client, TEAM, 20), 20)
                publishing = list(publish_all(client, TEAM, options.seed))
                idle = _measure_idle(portico)
                postgresql = _sql(portico, "select version()").partition(" on ")[0]
    figures = report.Figures(sizes, publishing, at_commit, idle, postgresql, before, _state())
    text = report.document(figures)
    options.output.write_text(text, encoding="utf-8")
    print(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="APIs in the catalog")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=200, help="of each kind")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance.md")
    return parser.parse_args()


def _fill(portico: Portico, apis: int, seed: int) -> Client:
    _say(f"{apis:,} APIs: generating")
    portico.command("-m", "bench.generate", "--apis", str(apis), "--seed", str(seed))
    _vacuum(portico)
    token = portico.command("manage.py", "create_api_token", "--name", "bench", "--team", TEAM).strip()
    return Client(portico, {"Authorization": f"Bearer {token}"})


def _measure_reads(client: Client, apis: int, options: argparse.Namespace) -> report.Size:
    known = targets.known_of(_some_apis(client), apis, options.seed)
    client.measure(targets.readable(known, options.seed, TEAM))
    person = Client(client.portico, {"Cookie": client.portico.command("-m", "bench.session").strip()})
    rows = [
        *_rows(client, targets.requests_of(known, options.seed, options.requests), apis),
        *_rows(person, targets.pages_of(known, options.seed, options.requests), apis),
    ]
    operations = int(_sql(client.portico, "select count(*) from catalog_operation"))
    return report.Size(apis, operations, rows)


def _rows(client: Client, requests: dict[str, list[targets.Request]], apis: int) -> Iterator[report.Row]:
    _say(f"{apis:,} APIs: SQL alone")
    sql = _sql_alone(client, {kind: [request.path for request in every[:20]] for kind, every in requests.items()})
    for kind, every in requests.items():
        client.measure(every[:WARM_UP])
        one = client.measure(every)
        _say(f"{apis:,} APIs: {kind}, p95 {one.p95:.0f} ms, processor {one.processor:.1f} ms")
        yield report.Row(
            kind=kind,
            one=one,
            many=client.measure(every, clients=report.CLIENTS),
            sql=sql[kind]["milliseconds"],
            statements=sql[kind]["statements"],
        )


def _some_apis(client: Client) -> list[dict]:
    """A thousand APIs the caller sees, or all there are."""
    found: list[dict] = []
    path = "/api/v1/apis?limit=200"
    while path and len(found) < 1000:
        page = json.loads(client.send(targets.Request(path)))
        found += page["results"]
        path = urlsplit(page["next"] or "")._replace(scheme="", netloc="").geturl()
    return found


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


def _sql(portico: Portico, query: str) -> str:
    return _cursor(portico, f"k.execute({query!r}); print(k.fetchone()[0])")


def _cursor(portico: Portico, script: str) -> str:
    script = f"from django.db import connection as c; k = c.cursor(); {script}"
    return portico.command("manage.py", "shell", "--no-imports", "--verbosity", "0", "-c", script).strip()


def _vacuum(portico: Portico) -> None:
    """What was written in bulk is tidied up now, not by autovacuum in the middle of a measurement."""
    _cursor(portico, "k.execute('vacuum analyze')")


def _measure_idle(portico: Portico) -> dict[str, float]:
    """Processor milliseconds a second of each part while nobody asks for anything."""
    _say("nothing to do")
    _vacuum(portico)
    time.sleep(SETTLE_SECONDS)
    before = {part: portico.processor_ms(part) for part in PARTS}
    time.sleep(IDLE_SECONDS)
    return {part: (portico.processor_ms(part) - before[part]) / IDLE_SECONDS for part in PARTS}


def _state() -> report.State:
    return report.State(os.getloadavg()[0], min(yardstick_ms() for _ in range(3)))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
