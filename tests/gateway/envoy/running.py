"""A real Envoy with the real bootstrap, configured by a test through the real compiler."""

import http.client
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from gateway.envoy.bootstrap import bootstrap
from gateway.envoy.command import command
from gateway.envoy.compile import Surroundings, compile_api, compile_shared
from gateway.envoy.scopes import owners_of_segments
from gateway.envoy.settings import Bounds, EnvoySettings
from gateway.values import APIConfiguration, RouteProblem
from tests.gateway.envoy.delivery import Delivery

_PATIENCE_SECONDS = 20.0
NOW = 1_700_000_000.0
ORIGIN = "https://portal.example"


@dataclass(frozen=True)
class Answer:
    """An answer of the gateway."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known.lower() == name.lower()]

    @property
    def problem(self) -> dict:
        assert self.header("content-type") == "application/problem+json", self
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return f"{self.status}\n{self.headers}\n" + self.body.decode("latin-1")


@dataclass
class RunningGateway:
    """An Envoy and what delivers to it. ``serve`` makes it do what configurations say, nothing else any more."""

    bounds: Bounds = field(default_factory=lambda: Bounds(flush_seconds=0.1))
    script: str | None = None
    workers: int = 1

    def __post_init__(self) -> None:
        # Sockets have paths of at most 107 bytes, which the folders of pytest can exceed.
        self.folder = Path(tempfile.mkdtemp(prefix="envoy-"))
        self.delivery = Delivery(str(self.folder / "agent.sock"))
        self.serve([])
        settings = EnvoySettings(
            gateway="gateway-of-tests",
            address="127.0.0.1",
            port=0,
            agent_socket=str(self.folder / "agent.sock"),
            administration_socket=str(self.folder / "administration.sock"),
            bounds=self.bounds,
        )
        configuration = self.folder / "bootstrap.json"
        configuration.write_text(json.dumps(bootstrap(settings, script=self.script)))
        self._log = (self.folder / "envoy.log").open("wb")
        words = command(str(files("envoy._bin") / "envoy"), str(configuration), concurrency=self.workers)
        self.process = subprocess.Popen(words, stdout=self._log, stderr=subprocess.STDOUT)
        self.port = self._port()

    @property
    def log(self) -> str:
        """All that Envoy has written."""
        return (self.folder / "envoy.log").read_text(errors="replace")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()
        self.delivery.stop()

    def serve(
        self,
        configurations: Iterable[APIConfiguration],
        *,
        addresses: Mapping[str, tuple[str, ...]] | None = None,
        shares: Mapping[str, int] | None = None,
        now: float = NOW,
    ) -> list[RouteProblem]:
        """What the compiler finds wrong. Returns once Envoy has accepted everything."""
        configurations = list(configurations)
        surroundings = Surroundings(
            addresses={"127.0.0.1": ("127.0.0.1",), "localhost": ("127.0.0.1",)} if addresses is None else addresses,
            shares=shares or {},
            origins=(ORIGIN,),
            owners=owners_of_segments(configurations),
        )
        compiled = [compile_api(configuration, surroundings, now=now) for configuration in configurations]
        self.delivered = [*compile_shared(compiled), *(one for api in compiled for one in api.resources)]
        if hasattr(self, "process"):
            self.delivery.serve(self.delivered)
        else:
            self.delivery.prepare(self.delivered)
        return [problem for api in compiled for problem in api.problems]

    def call(
        self, path: str, *, method: str = "GET", key: str | None = None, body: bytes | None = None, **headers: str
    ) -> Answer:
        """Sends one request; names of headers are written with underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["X-API-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request(method, path, body=body, headers=sent)
            return _answer(connection.getresponse())
        finally:
            connection.close()

    def send(self, data: bytes) -> Answer:
        """Sends bytes, which need not be a request, and returns the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE_SECONDS) as connection:
            connection.sendall(data)
            return answer_of(connection)

    def administration(self, path: str) -> str:
        """What Envoy's own pages say."""
        connection = _SocketConnection(str(self.folder / "administration.sock"))
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def _port(self) -> int:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.administration("/ready").strip() == "LIVE":
                    listeners = json.loads(self.administration("/listeners?format=json"))
                    return listeners["listener_statuses"][0]["local_address"]["socket_address"]["port_value"]
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)
        log = self.log
        self.stop()
        raise TimeoutError(f"Envoy did not become ready: {log}")


def answer_of(connection: socket.socket) -> Answer:
    """The next answer on a connection."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return _answer(response)


def _answer(response: http.client.HTTPResponse) -> Answer:
    return Answer(response.status, response.getheaders(), response.read())


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_PATIENCE_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_PATIENCE_SECONDS)
        self.sock.connect(self._path)
