"""The large cluster of `demo/cluster`, in a process of its own."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from bench.portico import ROOT, free_port

READY_SECONDS = 120
STOP_SECONDS = 20
# A restart answers when the server is back.
ANSWER_SECONDS = 150


@dataclass(slots=True)
class ClusterProcess:
    """A cluster that answers; ``kubeconfig`` leads to it."""

    kubeconfig: Path
    control: Path
    process: subprocess.Popen


class Telling:
    """A connection to the control of a cluster that stays open: one command after the other."""

    def __init__(self, control: Path) -> None:
        self._control = control
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_SECONDS)
        self._socket.connect(str(control))
        self._answers = self._socket.makefile("rb")

    def tell(self, **command: Any) -> Any:
        self.send(**command)
        return self.answer()

    def send(self, **command: Any) -> None:
        self._socket.sendall(orjson.dumps(command) + b"\n")

    def answer(self) -> Any:
        """What the oldest command returned that was not answered yet."""
        answer = orjson.loads(self._answers.readline())
        if "error" in answer:
            raise SystemExit(f"The cluster refused a command: {answer['error']}")
        return answer["done"]

    def another(self) -> "Telling":
        """A connection beside this one, for a command that takes long."""
        return Telling(self._control)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._socket.close()


@contextmanager
def large_cluster(folder: Path) -> Iterator[ClusterProcess]:
    """The cluster answers inside the block, every page of it prepared; its files lie in ``folder``."""
    kubeconfig, control = folder / "kubeconfig", folder / "control"
    command = [sys.executable, "-m", "demo.cluster", "--large", "--port", str(free_port())]
    command += ["--kubeconfig", str(kubeconfig), "--control", str(control)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr)
    try:
        _wait_until_ready(process, control)
        yield ClusterProcess(kubeconfig, control, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(process: subprocess.Popen, control: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("The cluster did not start: the lines above say why.")
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(control)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"The cluster was not ready after {READY_SECONDS} s.")
