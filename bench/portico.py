"""A Portico of its own to measure: what `make run` starts, on a data folder that is gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.processes import Spent, peak_bytes, processor_ms, run_measured
from portal.runtime import control
from portal.runtime.cluster import find

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 300
STOP_SECONDS = 60
# Counted as always and never reached.
NO_LIMIT = "1000000000"


@dataclass(frozen=True, slots=True)
class Portico:
    """A running portal; commands given to it see its database."""

    home: Path
    port: int
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        """What ``python …`` said on stdout; its complaints go to ours."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def spent_on(self, program: Sequence[str], *arguments: str, started: Sequence[str] = ()) -> Spent:
        """What ``python …`` costs in its process and in the database, and what its start alone does.

        That is what saying its help takes, or what the program ``started`` does.
        """
        start = run_measured([sys.executable, *(started or (*program, "--help"))], cwd=ROOT, env=self.environment)
        before = self.processor_ms("database")
        whole = run_measured([sys.executable, *program, *arguments], cwd=ROOT, env=self.environment)
        return replace(whole, start_ms=start.whole_ms, database_ms=self.processor_ms("database") - before)

    def sql(self, query: str) -> str:
        """The one value that a query answers."""
        return self._cursor(f"k.execute({query!r}); print(k.fetchone()[0])")

    def vacuum(self) -> None:
        """What was written in bulk is tidied up now, not by autovacuum in the middle of a measurement."""
        self._cursor("k.execute('vacuum analyze')")

    def _cursor(self, script: str) -> str:
        script = f"from django.db import connection as c; k = c.cursor(); {script}"
        return self.command("manage.py", "shell", "--no-imports", "--verbosity", "0", "-c", script).strip()

    def processor_ms(self, part: str) -> float:
        """Processor time of web, worker, beat or database so far."""
        return processor_ms(self._process(part))

    def peak_bytes(self, part: str) -> int:
        """The most memory that the process of a part has held at once so far."""
        return peak_bytes(self._process(part))

    @property
    def control_port(self) -> int:
        """Where gateways' agents ask."""
        return control.port(self.port)

    def _process(self, part: str) -> int:
        if part == "database":
            cluster = find(self.home)
            if cluster is None:
                raise SystemExit(f"There is no database in {self.home}.")
            return int((cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        return int((self.home / "processes" / part).read_text(encoding="utf-8").split()[0])


@contextmanager
def running(**settings: str) -> Iterator[Portico]:
    """A new portal without entries answers inside the block; nothing of it is left afterwards."""
    home = Path(tempfile.gettempdir()) / f"portico-bench-{os.getpid()}-{time.time_ns()}"
    port = free_port()
    environment = os.environ | {
        "PORTICO_HOME": str(home),
        "PORT": str(port),
        "PORTICO_DEMO": "0",
        "PORTICO_GATEWAY": "off",
        "PORTICO_RATE_READS": NO_LIMIT,
        "PORTICO_RATE_PUBLISHES": NO_LIMIT,
        **settings,
    }
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "PORTICO_URL", "PORTICO_BIND"):
        environment.pop(name, None)
    run = subprocess.Popen([sys.executable, "-m", "portal.runtime.run"], cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        _wait_until_ready(run, port)
        yield Portico(home, port, environment)
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(timeout=STOP_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(run: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if run.poll() is not None:
            raise SystemExit("Portico did not start: the lines above say why.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"Portico was not ready after {READY_SECONDS} s.")
