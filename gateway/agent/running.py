"""An Envoy and its agent, from start to end: what dies is started again, and nothing that is under way is cut off.

Each is a process of its own, so that Envoy goes on without the agent and the agent without Envoy.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from gateway.agent import leash
from gateway.agent.admin import Admin, Silent
from gateway.agent.pauses import Pause
from gateway.agent.settings import CannotRun, Settings
from gateway.agent.starting import write_bootstrap
from gateway.envoy.command import command

#: Who lived this long did not die of its start.
_LIVED_SECONDS = 30.0
_LOOK_SECONDS = 0.1
#: A first start beside much else.
_AGENT_SECONDS = 30.0
_END_SECONDS = 8.0
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 15.0
_ACTIVE = "http.portico.downstream_rq_active"
_log = logging.getLogger(__name__)


class Child:
    """A process that is started again when it ends by itself."""

    def __init__(self, name: str, words: list[str], folder: Path) -> None:
        self.name = name
        self.process: subprocess.Popen[str] | None = None
        self._words = words
        self._folder = folder
        self._pause = Pause(_FIRST_PAUSE, _LONGEST_PAUSE)
        self._started_at = 0.0
        self._due_at = 0.0

    def look(self) -> None:
        """It runs, or it is not yet time to start it again."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.process = None
            if time.monotonic() - self._started_at > _LIVED_SECONDS:
                self._pause.reset()
            seconds = self._pause.next()
            self._due_at = time.monotonic() + seconds
            _log.error("%s ended (%d); it is started again in %.1f s", self.name, code, seconds)
        elif time.monotonic() >= self._due_at:
            self.start()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self._started_at = time.monotonic()
        # A group of its own: whoever interrupts the terminal interrupts this process, which ends them in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            leash.command(self._words),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        threading.Thread(target=_pass_on, args=(self.name, self.process.stdout), daemon=True).start()

    def end(self) -> None:
        """It has ended, asked for it first and made to it if it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Gateway:
    """An Envoy with its agent. ``program`` is Envoy, ``agent`` are the words that start the agent."""

    def __init__(self, settings: Settings, program: str, agent: list[str], folder: Path) -> None:
        self._settings = settings
        self._admin = Admin(settings.admin_socket)
        words = command(program, str(settings.bootstrap), concurrency=settings.workers)
        self.agent = Child("agent", agent, folder)
        self.envoy = Child("envoy", words, folder)

    def run(self, is_over: Callable[[], bool]) -> None:
        """Until it is over; raises ``CannotRun``."""
        self._require_port()
        write_bootstrap(self._settings)
        self.agent.start()
        # Envoy could go first, and would complain of an agent that is not there yet.
        self._await_agent(is_over)
        self.envoy.start()
        _log.info("The gateway is at %s, port %d", self._settings.bind, self._settings.port)
        while not is_over():
            self.agent.look()
            self.envoy.look()
            time.sleep(_LOOK_SECONDS)
        self._drain()
        self._hush()
        # The agent counts once more what went through Envoy, so it goes first.
        self.agent.end()
        self.envoy.end()

    def _await_agent(self, is_over: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _AGENT_SECONDS
        # What becomes of an agent that ends is looked after later.
        while not is_over() and self.agent.is_running() and time.monotonic() < deadline:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(self._settings.socket)) == 0:
                    return
            time.sleep(_LOOK_SECONDS / 4)

    def _require_port(self) -> None:
        bind, port = self._settings.bind, self._settings.port
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((bind, port))
            except OSError as error:
                raise CannotRun(
                    f"The gateway cannot listen on {bind} port {port} ({error.strerror}): stop the program that does, "
                    "or set PORTICO_GATEWAY_PORT to another port."
                ) from None

    def _drain(self) -> None:
        """Nothing is under way any more, or it took too long."""
        deadline = time.monotonic() + self._settings.drain_seconds
        _log.info("The gateway ends as soon as nothing is under way")
        try:
            self._admin.post("/drain_listeners?graceful&skip_exit")
            while self._admin.number(_ACTIVE) and time.monotonic() < deadline:
                time.sleep(_LOOK_SECONDS)
        except Silent:
            return

    def _hush(self) -> None:
        """Envoy says no more that it was asked to end, and that its agent has gone before it."""
        with suppress(Silent):
            self._admin.post("/logging?level=error")


def run(settings: Settings, program: str, folder: Path) -> None:
    """A gateway until SIGTERM or SIGINT; raises ``CannotRun``."""
    settings.require()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    agent = [sys.executable, str(folder / "manage.py"), "gateway_agent"]
    Gateway(settings, program, agent, folder).run(over.is_set)


def _pass_on(name: str, lines: IO[str] | None) -> None:
    for line in lines or ():
        os.write(sys.stderr.fileno(), f"{name} | {line}".encode())
