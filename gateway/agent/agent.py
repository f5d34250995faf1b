"""All parts of the agent, put together and run until somebody says stop."""

import asyncio
import fcntl
import logging
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from gateway.agent import files
from gateway.agent.admin import Admin
from gateway.agent.book import Book
from gateway.agent.compiling import Compiler
from gateway.agent.fetching import Fetching
from gateway.agent.files import Damaged
from gateway.agent.metering import Metering
from gateway.agent.portal import NotAnAddress, PortalLine
from gateway.agent.reporting import Reporting
from gateway.agent.resolving import REFRESH_SECONDS, Resolver
from gateway.agent.settings import CannotRun, Settings
from gateway.agent.snapshot import Snapshot
from gateway.agent.spool import Spool
from gateway.agent.starting import write_bootstrap
from gateway.agent.threads import in_thread
from gateway.agent.upstreams import hosts_of
from gateway.agent.xds import NoSocket, Server
from gateway.envoy.clusters import SYSTEM_AUTHORITIES

_NAMES_BYTES = 16_000_000
_LAST_WORDS_SECONDS = 5.0
#: A clock that is set anew is noticed after this time at the latest.
_LONGEST_SLEEP = 10.0
_log = logging.getLogger(__name__)


class Agent:
    """One agent; ``stop`` ends it."""

    def __init__(self, settings: Settings) -> None:
        try:
            lines = [PortalLine(settings.url, settings.token) for _ in range(3)]
        except NotAnAddress:
            raise CannotRun(f"PORTICO_GATEWAY_URL={settings.url} is not an http or https address.") from None
        self.stop = asyncio.Event()
        self._settings = settings
        self._names_file = settings.home / "addresses.json"
        self._resolver = Resolver()
        snapshot = Snapshot(settings.home / "snapshot")
        compiler = Compiler(self._resolver, frozenset({settings.port}), authorities())
        self.book = Book(compiler, snapshot.previous)
        self._server = Server(self.book)
        self._fetching = Fetching(lines[0], snapshot, self.book, self._resolver)
        self._reporting = Reporting(lines[1], self.book, self._server, settings.version)
        self._metering = Metering(Admin(settings.admin_socket), Spool(settings.home / "usage"), lines[2])

    async def run(self) -> None:
        """Serves Envoy until ``stop`` is set; raises ``CannotRun``."""
        with _only_one(self._settings):
            write_bootstrap(self._settings)
            self._recall_names()
            await self._fetching.load()
            try:
                await self._server.start(self._settings.socket)
            except NoSocket as error:
                raise CannotRun(str(error)) from None
            counting = asyncio.create_task(self._metering.run(self.stop))
            tasks = [
                asyncio.create_task(work)
                for work in (
                    self.book.compile_in_slices(),
                    self._fetching.run(),
                    self._reporting.run(),
                    self._expire(),
                    self._resolve(),
                )
            ]
            await self._until_stopped([*tasks, counting])
            with suppress(TimeoutError):
                await asyncio.wait_for(counting, _LAST_WORDS_SECONDS)
            for task in tasks:
                task.cancel()
            await self._server.stop()

    async def _until_stopped(self, tasks: list[asyncio.Task]) -> None:
        """Returns when it is to stop; raises what any of the tasks, which never end, ended with."""
        stopped = asyncio.create_task(self.stop.wait())
        done, _ = await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            if not self.stop.is_set():
                task.result()

    async def _expire(self) -> None:
        while True:
            seconds = self.book.next_expiry() - self.book.now()
            if seconds <= 0:
                self.book.expire()
                continue
            self.book.expiry_moved.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.book.expiry_moved.wait(), min(seconds, _LONGEST_SLEEP))

    async def _resolve(self) -> None:
        """Asks for all names now and then; first of all for those that are only remembered."""
        while True:
            hosts = {host for entry in self.book.entries.values() for host in hosts_of(entry.used)}
            changed = await self._resolver.ask(hosts)
            self._resolver.forget_all_but(hosts)
            if changed:
                self.book.compile_again(self.book.names_leading_to(changed))
                await in_thread(self._note_names)
            await asyncio.sleep(REFRESH_SECONDS)

    def _recall_names(self) -> None:
        try:
            known = msgspec.json.decode(files.opened(self._names_file, _NAMES_BYTES), type=dict[str, tuple[str, ...]])
        except (OSError, Damaged, msgspec.MsgspecError):
            return
        self._resolver.remember(known)

    def _note_names(self) -> None:
        try:
            files.write(self._names_file, files.sealed(msgspec.json.encode(self._resolver.known())))
        except OSError as error:
            _log.error("The addresses of upstreams cannot be kept: %s", error)


def authorities() -> str:
    """The file with the certificate authorities of this machine."""
    return ssl.get_default_verify_paths().cafile or SYSTEM_AUTHORITIES


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    file = os.open(settings.home / "agent.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                f"Another agent uses {settings.home}: stop it, or set PORTICO_GATEWAY_HOME to another folder."
            ) from None
        yield
    finally:
        os.close(file)
