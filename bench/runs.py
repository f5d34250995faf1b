"""Sources that are added and run by the command line of a portal, each run a process of its own."""

import json

from bench.measuring import say
from bench.portico import Portico
from bench.processes import Spent

# A worker has this behind it when a run begins: Django is there, and so are the connectors.
_LOADED = (
    "from discovery.management.commands import run_source; from discovery.installed import connectors; connectors()"
)
_STARTED = ("manage.py", "shell", "--no-imports", "--verbosity", "0", "-c", _LOADED)
_TOUCHED = """
    select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_user_tables
    where relname = 'discovery_discoveredservice'
"""


def add_source(portico: Portico, name: str, environment: str, *what: str) -> None:
    portico.command("manage.py", "add_source", "--name", name, "--environment", environment, *what)


def run_of(portico: Portico, source: str, expected: dict[str, int]) -> Spent:
    """The run, which must be complete and have counted what is expected."""
    spent = portico.spent_on(("manage.py", "run_source", "--skip-checks"), source, started=_STARTED)
    said = json.loads(spent.output)
    counts = {name: said["counts"].get(name) for name in expected}
    if said["state"] != "complete" or counts != expected:
        raise SystemExit(f"The run of {source} is {said['state']} and counted {counts} instead of {expected}.")
    say(f"run of {source}: {spent.processor_ms / 1000:.1f} s of processor time, {spent.peak_bytes / 2**20:.0f} MiB")
    return spent


def touched_rows(portico: Portico) -> int:
    """How many discovered services were written or deleted so far, as PostgreSQL counts them when a session ends."""
    return int(portico.sql(_TOUCHED))
