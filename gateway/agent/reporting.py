"""Tells the portal what Envoy accepted and refused, soon after, and that this agent is alive, each 15 seconds."""

import asyncio
import logging

from gateway.agent.book import Book
from gateway.agent.pauses import Pause
from gateway.agent.portal import Away, PortalLine
from gateway.agent.threads import in_thread
from gateway.agent.xds import Server
from gateway.values import Report, RouteProblem

ALIVE_SECONDS = 15.0
#: What comes within this time goes in one report.
TOGETHER_SECONDS = 0.03
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 15.0
_PROBLEMS_AT_MOST = 1_000
_APIS_AT_MOST = 500
_log = logging.getLogger(__name__)


class Reporting:
    """What is to be told waits in the book: the newest receipts of each API, however long the portal is away."""

    def __init__(self, line: PortalLine, book: Book, server: Server, version: str) -> None:
        self._line = line
        self._book = book
        self._server = server
        self._version = version
        self._is_due = asyncio.Event()
        book.settled = self._is_due.set

    async def run(self) -> None:
        """Reports for ever. The first time, and after the portal was away, everything is told."""
        pause = Pause(_FIRST_PAUSE, _LONGEST_PAUSE)
        self.tell_all()
        while True:
            try:
                await asyncio.wait_for(self._is_due.wait(), ALIVE_SECONDS)
                await asyncio.sleep(TOGETHER_SECONDS)
            except TimeoutError:
                pass
            self._is_due.clear()
            try:
                await self.tell()
                pause.reset()
            except Away as error:
                _log.debug("The report waits: %s", error)
                self.tell_all()
                await asyncio.sleep(pause.next())

    async def tell(self) -> None:
        """The portal knows how things are; raises ``Away``."""
        names = set(sorted(self._book.to_tell)[:_APIS_AT_MOST])
        self._book.to_tell -= names
        report = self._report(names)
        try:
            await in_thread(self._line.report, report)
        except Away:
            self._book.to_tell |= names
            raise
        self._book.told(names)
        if self._book.to_tell:
            self._is_due.set()

    def tell_all(self) -> None:
        self._book.to_tell |= self._book.entries.keys()
        self._is_due.set()

    def _report(self, names: set[str]) -> Report:
        book = self._book
        entries = [book.entries[name] for name in sorted(names & book.entries.keys())]
        return Report(
            agent_version=self._version,
            envoy_version=self._server.envoy_version,
            generation=book.generation,
            is_serving=bool(book.streams),
            receipts=tuple(receipt for entry in entries for receipt in entry.receipts),
            problems=tuple(self._problems())[:_PROBLEMS_AT_MOST],
        )

    def _problems(self) -> list[RouteProblem]:
        found = [problem for entry in self._book.entries.values() for problem in entry.problems]
        shared = self._book.shared_refusal
        if shared:
            words = f"Envoy refused the limits and the suspended keys that all APIs share: {shared}"
            routes = (route.id for entry in self._book.entries.values() for route in entry.used.routes)
            found = [RouteProblem(route=route, problem=words) for route in routes] + found
        return found
