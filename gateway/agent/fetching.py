"""Keeps asking the portal what is new, and puts it on the disk and into the book."""

import asyncio
import logging
import time

from gateway.agent.book import Book
from gateway.agent.judging import Poisoned, judge
from gateway.agent.pauses import Pause
from gateway.agent.portal import Away, PortalLine, Unwelcome
from gateway.agent.resolving import Resolver
from gateway.agent.snapshot import Common, Snapshot
from gateway.agent.threads import in_thread
from gateway.agent.upstreams import hosts_of
from gateway.values import Changes

WAIT_SECONDS = 25
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 15.0
#: Trying a token that is not accepted more often changes nothing.
_UNWELCOME_PAUSE = 30.0
#: An answer without news that comes sooner was not waited with.
_TOO_SOON_SECONDS = 1.0
_RESOLVE_SECONDS = 1.0
#: A portal that is away for less than that, as when it is started anew, is nothing to speak of.
_PATIENCE_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Fetching:
    """``is_damaged``: what is on disk is not whole, and everything is asked for."""

    def __init__(
        self,
        line: PortalLine,
        snapshot: Snapshot,
        book: Book,
        resolver: Resolver,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        self.is_damaged = False
        self._patience = patience
        self._away_since: float | None = None
        self._line = line
        self._snapshot = snapshot
        self._book = book
        self._resolver = resolver
        self._said = ""
        self._is_unkept = False
        self._asking: set[asyncio.Task[set[str]]] = set()

    async def load(self) -> None:
        """What is on the disk is served, whether or not the portal is there."""
        kept = await in_thread(self._snapshot.load)
        self.is_damaged = bool(kept.damaged)
        for name in kept.damaged:
            _log.error("The file %s is damaged and left out; it is asked for again when the portal is there", name)
        if kept.common.generation or kept.apis:
            self._book.shelf.is_whole = not kept.damaged
            self._book.take(kept.common, kept.apis.values(), is_whole=True)

    async def run(self) -> None:
        """Asks for ever."""
        pause = Pause(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            asked_at = time.monotonic()
            since = 0 if self.is_damaged else self._book.common.generation
            try:
                changes = await in_thread(self._line.changes, since, WAIT_SECONDS)
                if changes is not None:
                    judge(changes, since)
                    await self._take(changes)
                self._hear()
            except Unwelcome as error:
                await self._wait(pause, str(error), _UNWELCOME_PAUSE)
                continue
            except Poisoned as error:
                await self._wait(pause, f"What the portal says is left aside: {error}", _TOO_SOON_SECONDS)
                continue
            except Away as error:
                await self._bear(pause, str(error))
                continue
            except Exception as error:
                # Whatever it stumbled over, what is served is served on.
                _log.exception("What the portal says could not be taken")
                await self._wait(pause, f"It is asked for again ({type(error).__name__})", _TOO_SOON_SECONDS)
                continue
            pause.reset()
            has_news = changes is not None and changes.generation != since
            if not has_news and time.monotonic() - asked_at < _TOO_SOON_SECONDS:
                await asyncio.sleep(_TOO_SOON_SECONDS)

    async def _take(self, changes: Changes) -> None:
        unknown = self._resolver.unknown({host for api in changes.apis for host in hosts_of(api)})
        common = Common(
            gateway=changes.gateway,
            generation=changes.generation,
            policy=changes.policy,
            shares=changes.shares,
            origins=changes.origins,
        )
        if self._is_unkept or changes.is_whole or changes.apis or common != self._book.common:
            await asyncio.gather(self._keep(common, changes), self._meet(unknown))
            self._book.shelf.is_whole = self._book.shelf.is_whole or changes.is_whole
            self._book.take(common, changes.apis, is_whole=changes.is_whole)

    async def _keep(self, common: Common, changes: Changes) -> None:
        """On the disk before it is in force: a key that was taken away stays so if everything stops in between."""
        apis, is_whole, accepted = {api.api: api for api in changes.apis}, changes.is_whole, self._book.accepted
        if self._is_unkept and not is_whole:
            # The disk missed something, and must not claim a generation that it does not have.
            apis = {name: entry.latest for name, entry in self._book.entries.items()} | apis
            is_whole = True
        try:
            await in_thread(
                lambda: self._snapshot.keep(common, tuple(apis.values()), is_whole=is_whole, accepted=accepted)
            )
        except OSError as error:
            # What is in force matters more. After a restart it is asked for again.
            self._is_unkept, self.is_damaged = True, False
            _log.error("The snapshot cannot be kept, and is tried again: %s", error)
        else:
            self._is_unkept = False
            self.is_damaged = self.is_damaged and not changes.is_whole

    async def _meet(self, hosts: set[str]) -> None:
        """Hosts that are new get a moment to be found; what takes longer is compiled again when it is known."""
        if not hosts:
            return
        asking = asyncio.create_task(self._resolver.ask(hosts))
        done, _ = await asyncio.wait({asking}, timeout=_RESOLVE_SECONDS)
        if not done:
            self._asking.add(asking)
            asking.add_done_callback(lambda _: self._met(asking, hosts))

    def _met(self, asking: asyncio.Task[set[str]], hosts: set[str]) -> None:
        self._asking.discard(asking)
        self._book.compile_again(self._book.names_leading_to(hosts))

    def _hear(self) -> None:
        if self._said:
            _log.warning("The portal can be heard again")
        self._said = ""
        self._away_since = None

    async def _bear(self, pause: Pause, said: str) -> None:
        """Whatever the reasons are one after another: that the portal is away is said once."""
        now = time.monotonic()
        self._away_since = self._away_since or now
        has_patience = now - self._away_since < self._patience
        await self._wait(pause, self._said if self._said or has_patience else said, 0)

    async def _wait(self, pause: Pause, said: str, at_least: float) -> None:
        if said != self._said:
            # Once, not at every try.
            _log.warning("%s", said)
            self._said = said
        await asyncio.sleep(pause.next(at_least))
