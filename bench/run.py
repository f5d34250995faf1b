"""``make bench``: fills portals of several sizes, measures them and writes docs/performance.md."""

import argparse
import json
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench import clusters, discovery, gateway, report, targets
from bench.client import Client
from bench.measuring import rows_of, say
from bench.portico import ROOT, Portico, running
from bench.processes import yardstick_ms
from bench.publications import Publishing, publish_all, publish_and_search

TEAM = "bench"
PARTS = ("web", "worker", "watch", "beat", "database")
IDLE_SECONDS, SETTLE_SECONDS = 30, 20


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
                say("publishing")
                at_commit = (publish_and_search(client, TEAM, 20), 20)
                publishing = list(publish_all(client, TEAM, options.seed))
                idle = _measure_idle(portico)
                postgresql = portico.sql("select version()").partition(" on ")[0]
    found = discovery.measure(options.seed, options.requests)
    live = clusters.measure()
    # Last: what it reads in makes this process large, and the peak of a process is handed on to those it starts.
    enforced = gateway.measure()
    figures = report.Figures(sizes, publishing, at_commit, idle, found, live, enforced, postgresql, before, _state())
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
    say(f"{apis:,} APIs: generating")
    portico.command("-m", "bench.generate", "--apis", str(apis), "--seed", str(seed))
    portico.vacuum()
    token = portico.command("manage.py", "create_api_token", "--name", "bench", "--team", TEAM).strip()
    return Client(portico, {"Authorization": f"Bearer {token}"})


def _measure_reads(client: Client, apis: int, options: argparse.Namespace) -> report.Size:
    known = targets.known_of(_some_apis(client), apis, options.seed)
    client.measure(targets.readable(known, options.seed, TEAM))
    person = Client(client.portico, {"Cookie": client.portico.command("-m", "bench.session").strip()})
    rows = [
        *rows_of(client, targets.requests_of(known, options.seed, options.requests), f"{apis:,} APIs"),
        *rows_of(person, targets.pages_of(known, options.seed, options.requests), f"{apis:,} APIs"),
    ]
    operations = int(client.portico.sql("select count(*) from catalog_operation"))
    return report.Size(apis, operations, rows)


def _some_apis(client: Client) -> list[dict]:
    """A thousand APIs the caller sees, or all there are."""
    found: list[dict] = []
    path = "/api/v1/apis?limit=200"
    while path and len(found) < 1000:
        page = json.loads(client.send(targets.Request(path)))
        found += page["results"]
        path = urlsplit(page["next"] or "")._replace(scheme="", netloc="").geturl()
    return found


def _measure_idle(portico: Portico) -> dict[str, float]:
    """Processor milliseconds a second of each part while nobody asks for anything."""
    say("nothing to do")
    portico.vacuum()
    time.sleep(SETTLE_SECONDS)
    before = {part: portico.processor_ms(part) for part in PARTS}
    time.sleep(IDLE_SECONDS)
    return {part: (portico.processor_ms(part) - before[part]) / IDLE_SECONDS for part in PARTS}


def _state() -> report.State:
    return report.State(os.getloadavg()[0], min(yardstick_ms() for _ in range(3)))


if __name__ == "__main__":
    main()
