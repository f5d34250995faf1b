"""Asks Envoy every few seconds what went through it, and tells the portal, once."""

import asyncio
import logging
import time
from contextlib import suppress

from gateway.agent import counting
from gateway.agent.admin import Admin, Silent
from gateway.agent.counting import Totals
from gateway.agent.portal import Away, PortalLine, Rejected
from gateway.agent.spool import Spool, names
from gateway.agent.threads import in_thread

EVERY_SECONDS = 10.0
#: While the portal is away it is counted by the minute: nothing is lost, and a day is 1,440 files.
AWAY_SECONDS = 60.0
#: Reading a large gateway's counters takes a tenth of a processor at most.
_REST = 10
_log = logging.getLogger(__name__)


class Metering:
    def __init__(self, admin: Admin, spool: Spool, line: PortalLine, seconds: float = EVERY_SECONDS) -> None:
        self._seconds = seconds
        self._admin = admin
        self._spool = spool
        self._line = line
        self._totals: Totals | None = Totals()
        self._counted_at = time.time()
        self._names = names()

    async def run(self, stop: asyncio.Event) -> None:
        """Counts and tells until it is to stop, and then once more."""
        self._totals = await in_thread(self._spool.totals)
        while True:
            is_last = stop.is_set()
            begun = time.monotonic()
            has_told = await self._once()
            if is_last:
                return
            pause = max(self._seconds if has_told else AWAY_SECONDS, (time.monotonic() - begun) * _REST)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    async def _once(self) -> bool:
        """What was counted by now is on disk, and told if the portal is there; returns whether nothing waits."""
        try:
            await in_thread(self._count)
        except Silent as error:
            _log.debug("Envoy says nothing of its counters: %s", error)
        except OSError as error:
            _log.error("Usage cannot be kept, and is counted the next time: %s", error)
        return await in_thread(self._tell)

    def _count(self) -> None:
        started = self._admin.started_at()
        counts = self._admin.usage()
        now = time.time()
        before = self._totals
        if before is None:
            # Rather a little too few than some twice.
            before = counting.totals(self._spool.last_number(), started, counts)
        # What happened since the last time belongs, mostly, to the minute in the middle.
        minute = int((self._counted_at + now) / 2) // 60 * 60
        requests, latencies = counting.since(before, started, counts, minute)
        self._counted_at = now
        if requests or latencies or self._totals is None:
            found = counting.totals(before.number + 1, started, counts)
            self._spool.keep(counting.batches(requests, latencies, self._names), found)
            self._totals = found

    def _tell(self) -> bool:
        self._spool.prune()
        for path in self._spool.waiting():
            batch = self._spool.read(path)
            if batch is None:
                continue
            try:
                self._line.usage(batch)
            except Rejected as error:
                _log.error("A batch of usage is not taken and is lost: %s", error)
            except Away as error:
                _log.debug("Usage waits: %s", error)
                return False
            path.unlink(missing_ok=True)
        return True
