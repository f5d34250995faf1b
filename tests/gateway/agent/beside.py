"""A gateway as it runs: processes of `manage.py gateway_agent` and of Envoy, which tests start and kill."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from gateway.agent.admin import Admin, Silent
from gateway.envoy.bootstrap import bootstrap
from gateway.envoy.command import command
from gateway.envoy.settings import Bounds, EnvoySettings
from tests.gateway.agent.portal import TOKEN, StandInPortal, eventually

ROOT = Path(__file__).resolve().parents[3]
ENVOY = str(files("envoy._bin") / "envoy")


class Gateway:
    """An agent and an Envoy in one folder; nothing of it runs before it is started."""

    def __init__(self, portal: StandInPortal) -> None:
        self.portal = portal
        # Sockets have paths of at most 107 bytes, which the folders of pytest can exceed.
        self.home = Path(tempfile.mkdtemp(prefix="agent-"))
        self.port = free_port()
        self.agent: subprocess.Popen[bytes] | None = None
        self.envoy: subprocess.Popen[bytes] | None = None
        self.admin = Admin(self.home / "envoy.sock")
        self._log = (self.home / "log").open("ab")

    @property
    def environment(self) -> dict[str, str]:
        """As on a machine that has nothing of the portal's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTICO", "DATABASE"))}
        return kept | {
            "PORTICO_GATEWAY_URL": self.portal.url,
            "PORTICO_GATEWAY_TOKEN": TOKEN,
            "PORTICO_GATEWAY_HOME": str(self.home),
            "PORTICO_GATEWAY_PORT": str(self.port),
            "PORTICO_GATEWAY_WORKERS": "1",
        }

    @property
    def log(self) -> str:
        return (self.home / "log").read_text(errors="replace")

    def start_agent(self) -> None:
        self.agent = self.manage("gateway_agent")

    def manage(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """A command of Portico's as a process of its own."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), name],
            env=self.environment | environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def start_envoy(self) -> None:
        self.envoy = self.envoy_at(self.port, "envoy")

    def envoy_at(self, port: int, name: str) -> subprocess.Popen[bytes]:
        """An Envoy that listens at a port, and asks this agent."""
        settings = EnvoySettings(
            gateway=f"{name}-of-tests",
            address="127.0.0.1",
            port=port,
            agent_socket=str(self.home / "agent.sock"),
            administration_socket=str(self.home / f"{name}.sock"),
            bounds=Bounds(flush_seconds=0.1),
        )
        configuration = self.home / f"{name}.json"
        configuration.write_text(json.dumps(bootstrap(settings)))
        words = command(ENVOY, str(configuration), concurrency=1)
        return subprocess.Popen(words, stdout=self._log, stderr=subprocess.STDOUT)

    def start(self) -> None:
        self.start_agent()
        self.start_envoy()

    def kill_agent(self) -> None:
        _kill(self.agent)

    def kill_envoy(self) -> None:
        _kill(self.envoy)

    def stop(self) -> None:
        for process in (self.agent, self.envoy):
            if process is not None and process.poll() is None:
                _kill(process)
        self._log.close()
        # What `gateway_run` had started may still be on its way out.
        shutil.rmtree(self.home, ignore_errors=True)

    def status(self, path: str, key: str | None = None, port: int = 0) -> int:
        """What the gateway, or another Envoy at a port, answers; 0 when it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            connection.request("GET", path, headers={} if key is None else {"X-API-Key": key})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def comes_to(self, status: int, path: str, key: str | None = None) -> bool:
        """Whether, soon, the gateway answers so; fails when it never does."""
        return eventually(lambda: self.status(path, key) == status)

    def number(self, name: str) -> int:
        """A counter of Envoy's; 0 while it does not answer."""
        try:
            return self.admin.number(name)
        except Silent:
            return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
