"""`make run` as a process: from its first line to the last process that it leaves, which is none."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 300

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")


def processes_of(home: Path) -> list[int]:
    """Every process that was started for a data folder, PostgreSQL included."""
    environment, folder = f"PORTICO_HOME={home}\0".encode(), str(home).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if environment in (entry / "environ").read_bytes() or folder in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """One `make run`, its output in a file as when it is no terminal."""

    def __init__(self, home: Path, port: int, output: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.gateway = free_port()
        environment |= {"PORTICO_HOME": str(home), "PORT": str(port), "PORTICO_DEMO": "0"}
        environment |= {"PORTICO_GATEWAY_PORT": str(self.gateway)}
        environment.pop("PORTICO_SECRET_KEY", None)
        environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        self.url = f"http://127.0.0.1:{port}"
        self.output = output
        with output.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.runtime.run"],
                cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def gateway_refuses(self) -> bool:
        """Whether Envoy answers to who has no key."""
        line = http.client.HTTPConnection("127.0.0.1", self.gateway, timeout=5)
        try:
            line.request("GET", "/nothing")
            return line.getresponse().status == 401
        except OSError:
            return False
        finally:
            line.close()

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        wait_until(lambda: "Portico is ready" in self.text or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.text


@pytest.fixture
def run(ground: Path, home: Path) -> Iterator[Callable[..., Run]]:
    started: list[Run] = []

    def run(home: Path = home, port: int | None = None) -> Run:
        started.append(Run(home, port or free_port(), ground / f"output-{len(started)}"))
        return started[-1]

    yield run
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(timeout=60)


def refusal(run: Run) -> str:
    """The one line with which a start ends that cannot be."""
    assert run.process.wait(timeout=30) == 1
    lines = run.text.strip().splitlines()
    assert len(lines) == 1, run.text
    return lines[0]


def test_it_serves_recovers_from_any_kill_and_leaves_no_process_when_asked_to_stop(run, home):
    port = free_port()
    first = run(port=port)
    first.wait_until_ready()
    assert f"Portico is ready: {first.url}\nSign in as admin with the password " in first.text
    with urllib.request.urlopen(first.url + "/readyz", timeout=10) as answer:
        assert answer.status == 200
    phases = ["Making the database", "Bringing the database up to date", "Collecting the files of the site"]
    assert [line for line in first.text.splitlines() for phase in phases if line.startswith(phase)] == [
        "Making the database; this takes a few seconds and happens once.",
        "Bringing the database up to date.",
        "Collecting the files of the site.",
    ]
    for secret in ("secret-key", "gateway/token"):
        assert (home / secret).stat().st_mode & 0o077 == 0
    wait_until(first.gateway_refuses, START_SECONDS)

    # Only the process that watches over the others is killed: they live on, with the port and the database.
    first.process.kill()
    first.process.wait(timeout=10)
    assert processes_of(home) != []
    second = run(port=port)
    second.wait_until_ready()
    assert "password" not in second.text
    assert "Making the database" not in second.text

    for process in processes_of(home):
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: processes_of(home) == [], 10)
    third = run(port=port)
    third.wait_until_ready()
    wait_until(third.gateway_refuses, START_SECONDS)

    third.process.send_signal(signal.SIGTERM)
    assert third.process.wait(timeout=60) == 0
    wait_until(lambda: processes_of(home) == [], 10)
    for noise in ("[WARNING] Configuration allows", "portico.agent closed", "ENVOY_SIGTERM"):
        assert noise not in third.text


def test_it_refuses_a_taken_port_in_one_line(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refusal(run(port=port))
    assert f"port {port}" in line
    assert f"make run PORT={port + 1}" in line


def test_it_refuses_a_data_folder_that_cannot_be_written_in_one_line(run, ground):
    (ground / "file").write_text("no folder")
    line = refusal(run(home=ground / "file" / "home"))
    assert "cannot be written" in line
    assert "PORTICO_HOME" in line


def test_it_refuses_a_data_folder_in_use_in_one_line(run, home):
    first = run()
    wait_until(lambda: (home / "run.lock").exists() and (home / "run.lock").read_text() != "", 30)
    line = refusal(run())
    assert f"process {first.process.pid}" in line
    assert "PORTICO_HOME" in line
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(timeout=60) == 0
    wait_until(lambda: processes_of(home) == [], 10)
