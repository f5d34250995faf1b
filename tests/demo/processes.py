"""Clusters of the demo as processes of their own."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from demo import bank_clusters

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 30


@contextmanager
def running(command: list[str], control: Path) -> Iterator[None]:
    """The cluster is served, and takes commands at the socket ``control``, until the end."""
    control.unlink(missing_ok=True)
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        until = time.monotonic() + STARTING_SECONDS
        while not control.exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        assert process.wait(10) == 0


@contextmanager
def bank_served(home: Path) -> Iterator[None]:
    """Both clusters of the bank are served as `make run` does it; they have to be loaded."""
    with ExitStack() as served:
        for cluster in bank_clusters.present(home):
            command = bank_clusters.command(home, cluster)
            served.enter_context(running(command, ROOT / cluster.control(home)))
        yield
