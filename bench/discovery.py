"""What finding services costs: ``python -m bench.discovery`` measures this part of ``make bench`` and prints it.

Runs go through ``manage.py run_source`` in a process of its own, because no worker of the portal takes them. The floors
are ``bench.floor``'s, in the same database and right beside what they are compared with.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from bench import inbox, manifests
from bench.client import Client, Request
from bench.discovery_report import Figures, aims, section
from bench.measuring import rows_of, say
from bench.portico import Portico, running
from bench.processes import Spent
from bench.runs import add_source, run_of, touched_rows
from bench.tables import Row

SERVICES, ROWS = 10_000, 100_000
# Only for the teams, domains, systems and environments that manifests name.
APIS = 100
SOURCE, PUBLISHED = "cluster", "published"


def measure(seed: int, requests: int, services: int = SERVICES, rows: int = ROWS) -> Figures:
    """All figures of this part, in a portal of their own."""
    with tempfile.TemporaryDirectory(prefix="portico-bench-manifests-") as root:
        folder = Path(root) / "manifests"
        manifests.write(folder, services, seed)
        with running(PORTICO_DISCOVERY_WORKERS="0", PORTICO_SOURCES_ROOT=root) as portico:
            say(f"{services:,} services: preparing")
            portico.command("-m", "bench.generate", "--apis", str(APIS), "--seed", str(seed))
            client = Client(portico, {"Authorization": f"Bearer {_token(portico)}"})
            first_floor, first = _first_run(portico, folder, services)
            known_floor, unchanged, written = _unchanged_run(portico, folder, services)
            publishing = _publishing_run(client, folder, services)
            found = _lists(client, folder, services, rows, seed, requests)
    return Figures(services, first_floor, first, known_floor, unchanged, written, publishing, rows, found)


def _token(portico: Portico) -> str:
    arguments = ("create_api_token", "--name", "bench", "--admin", "--scope", "discovery")
    return portico.command("manage.py", *arguments).strip()


def _first_run(portico: Portico, folder: Path, services: int) -> tuple[Spent, Spent]:
    add_source(portico, SOURCE, "production", "--kind", "manifests", "--path", str(folder))
    portico.vacuum()
    floor = _floor(portico, "rows", folder, services)
    return floor, run_of(portico, SOURCE, {"observed": services, "new": services})


def _unchanged_run(portico: Portico, folder: Path, services: int) -> tuple[Spent, Spent, int]:
    """The floor, the run, and how many rows it wrote."""
    portico.vacuum()
    floor = _floor(portico, "known", folder, services)
    before = touched_rows(portico)
    run = run_of(portico, SOURCE, {"observed": services, "unchanged": services})
    return floor, run, touched_rows(portico) - before


def _publishing_run(client: Client, folder: Path, services: int) -> Spent:
    """The first run of a source of which a rule publishes everything."""
    rule = {
        "name": "bench",
        "action": "publish",
        "selector": {"sources": [PUBLISHED]},
        "publishes_unowned": True,
    }
    add_source(client.portico, PUBLISHED, "staging", "--kind", "manifests", "--path", str(folder))
    client.send(Request("/api/v1/publication-rules", "POST", json.dumps(rule).encode()))
    return run_of(client.portico, PUBLISHED, {"new": services, "published": services})


def _floor(portico: Portico, mode: str, folder: Path, services: int) -> Spent:
    spent = portico.spent_on(("-m", "bench.floor"), mode, str(folder), SOURCE)
    if int(spent.output) != services:
        raise SystemExit(f"The floor counted {spent.output.strip()} services instead of {services}.")
    return spent


def _lists(client: Client, folder: Path, services: int, rows: int, seed: int, requests: int) -> list[Row]:
    portico = client.portico
    portico.command("-m", "bench.multiply", PUBLISHED, "--to", str(rows))
    portico.vacuum()
    namespaces = sorted(path.name for path in folder.iterdir())
    cookie = portico.command("-m", "bench.session", "administrator").strip()
    where = f"{rows:,} discovered services"
    return [
        *rows_of(client, inbox.lists(namespaces, services, seed, requests), where),
        *rows_of(Client(portico, {"Cookie": cookie}), inbox.pages(services, seed, requests), where),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=200, help="of each kind")
    parser.add_argument("--services", type=int, default=SERVICES, help="in the manifests")
    parser.add_argument("--rows", type=int, default=ROWS, help="discovered services in the inbox")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    figures = measure(options.seed, options.requests, options.services, options.rows)
    print("\n".join(f"- {line}" for line in aims(figures)), end="\n\n")
    print(section(figures))
    print(f"\nBefore it {before:.1f} processes wanted to run (1 minute average), after it {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
