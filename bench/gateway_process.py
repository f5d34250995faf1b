"""A gateway of its own to measure: an Envoy with its agent, in a folder that is gone afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.calls import Line
from bench.portico import ROOT, Portico
from bench.processes import descendants, peak_bytes

WORKERS = 1
_READY_SECONDS = 120
_STOP_SECONDS = 60


@dataclass(slots=True)
class Gateway:
    """``run`` is the process that holds both together."""

    port: int
    environment: dict[str, str]
    run: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "manage.py", "gateway_run"]
        self.run = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=sys.stderr)

    def stop(self) -> None:
        if self.run is not None:
            self.run.send_signal(signal.SIGTERM)
            self.run.wait(timeout=_STOP_SECONDS)
            self.run = None

    def process(self, part: str) -> int:
        """The process of ``envoy`` or ``agent``."""
        if self.run is None:
            raise SystemExit("The gateway does not run.")
        word = {"envoy": "--config-path", "agent": "gateway_agent"}[part]
        for process in descendants(self.run.pid):
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
            # What holds the process on a leash has its words too, and is gone as soon as it has become it.
            if word.encode() in words[1:4]:
                return process
        raise SystemExit(f"The gateway has no {part}.")

    def peak_bytes(self, part: str) -> int:
        return peak_bytes(self.process(part))

    def wait_until(self, path: str, key: str, begun: float) -> float:
        """Seconds from ``begun`` to the first 200 for that key."""
        while time.monotonic() < begun + _READY_SECONDS:
            try:
                with Line(self.port) as line:
                    if line.status(path, key) == 200:
                        return time.monotonic() - begun
            except OSError:
                pass
            time.sleep(0.01)
        raise SystemExit(f"The gateway did not answer 200 within {_READY_SECONDS} s.")


@contextmanager
def gateway(portico: Portico, folder: Path, port: int, token: str) -> Iterator[Gateway]:
    """A gateway of the portal, not started yet; it has ended after the block."""
    environment = portico.environment | {
        "PORTICO_GATEWAY_URL": f"http://127.0.0.1:{portico.control_port}",
        "PORTICO_GATEWAY_TOKEN": token,
        "PORTICO_GATEWAY_HOME": str(folder),
        "PORTICO_GATEWAY_PORT": str(port),
        "PORTICO_GATEWAY_WORKERS": str(WORKERS),
        "PORTICO_GATEWAY_DRAIN_SECONDS": "0",
    }
    environment.pop("PORTICO_GATEWAY_TOKEN_FILE", None)
    found = Gateway(port, environment)
    try:
        yield found
    finally:
        found.stop()


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
