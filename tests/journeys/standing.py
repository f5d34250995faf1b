"""What stands beside the portal in a journey through a gateway: an upstream, and Envoy with its agent, as processes and
threads of their own."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from demo.upstreams.bank import nordhaven
from demo.upstreams.server import Upstreams
from tests.demo.processes import ROOT

SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def upstreams() -> Iterator[str]:
    """The bank's APIs answer at this address."""
    with Upstreams(nordhaven(), 0, paces=False) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def gateway(portal: str, token: str, port: int) -> Iterator[Path]:
    """`manage.py gateway_run` listens at the port and follows the portal until the end; its folder, with its log."""
    # Sockets have paths of at most 107 bytes, which the folders of pytest can exceed.
    with tempfile.TemporaryDirectory(prefix="gateway-") as home:
        told = {
            "PORTICO_GATEWAY_URL": portal,
            "PORTICO_GATEWAY_TOKEN": token,
            "PORTICO_GATEWAY_HOME": home,
            "PORTICO_GATEWAY_PORT": str(port),
            "PORTICO_GATEWAY_WORKERS": "1",
        }
        with (Path(home) / "log").open("ab") as log:
            process = _started(told, log)
            try:
                _wait_until_open(process, port)
                yield Path(home)
            finally:
                process.terminate()
                assert process.wait(SECONDS) == 0


def _started(told: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTICO", "DATABASE"))}
    return subprocess.Popen(
        [sys.executable, "manage.py", "gateway_run"], cwd=ROOT, env=kept | told, stdout=log, stderr=log
    )


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None
        assert time.monotonic() < until
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            line.request("GET", "/")
            if line.getresponse().status == 401:
                return
        except OSError:
            pass
        finally:
            line.close()
        time.sleep(0.05)
