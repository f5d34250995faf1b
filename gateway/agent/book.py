"""What Envoy is to have, worked out of what the portal said, what names mean and what time it is; and what Envoy made
of it. Changed on the event loop alone.

A few APIs are compiled at once. Many (a first load, another number of gateways) are compiled in slices, so that a key
that is revoked meanwhile does not wait for them, and put on the shelf together, because the filter of limits that all
share loses its counts each time it changes.
"""

import asyncio
import heapq
import logging
import time
from collections.abc import Callable, Collection, Iterable

from gateway.agent.compiling import Compiler, NotCompiled
from gateway.agent.entries import Entry, without_revoked
from gateway.agent.order import Standing
from gateway.agent.shelf import EVERYBODY, Conflict, Key, Shelf
from gateway.agent.snapshot import Common
from gateway.agent.stream import Stream
from gateway.agent.upstreams import hosts_of
from gateway.envoy.compile import CompiledAPI, compile_shared, keep_limits
from gateway.values import APIConfiguration, Receipt, RouteProblem

AT_ONCE = 32
_SLICE_SECONDS = 0.01
_log = logging.getLogger(__name__)
_Compiled = tuple[CompiledAPI, tuple[RouteProblem, ...]]


class Book:
    """``previous`` finds what Envoy accepted of an API before; ``touched`` is called with what is different for Envoy,
    ``settled`` when there is something to tell the portal."""

    def __init__(
        self,
        compiler: Compiler,
        previous: Callable[[str], APIConfiguration | None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.shelf = Shelf()
        self.streams: set[Stream] = set()
        self.common = Common()
        self.entries: dict[str, Entry] = {}
        self.to_tell: set[str] = set()
        self.shared_refusal = ""
        self.touched: Callable[[set[Key]], None] = lambda keys: None
        self.settled: Callable[[], None] = lambda: None
        self.expiry_moved = asyncio.Event()
        self._compiler = compiler
        self._previous = previous
        self._clock = clock
        self._expiries: list[tuple[int, str]] = []
        self._noted: set[tuple[int, str]] = set()
        self._bulk: set[str] = set()
        self._kept_limits: frozenset[str] = frozenset()
        self._staged: dict[str, _Compiled] = {}
        self._settled_common = 0
        self._bulk_is_due = asyncio.Event()

    def take(self, common: Common, apis: Iterable[APIConfiguration], *, is_whole: bool) -> None:
        """What the portal said holds from now on; of ``is_whole``, nothing else does."""
        said = {api.api: api for api in apis}
        if is_whole:
            for name in self.entries.keys() - said.keys():
                said[name] = APIConfiguration(api=name, generation=common.generation)
        changed = {name for name, api in said.items() if self._note(api)}
        if not self._bulk and not self._staged:
            self._settled_common = self.common.generation
        self.common = common
        changed |= self._compiler.share_out(self.entries.values())
        rest = set(self.entries) - changed if self._compiler.surround(common) else set()
        if self.shelf.is_ready and len(changed) <= AT_ONCE:
            self.compile_now(changed)
            self._compile_soon(rest)
        else:
            self._compile_soon(changed | rest, is_first=not self.shelf.is_ready)

    def names_leading_to(self, hosts: Collection[str]) -> set[str]:
        """The APIs with an upstream at one of the hosts."""
        return {name for name, entry in self.entries.items() if not hosts_of(entry.used).isdisjoint(hosts)}

    def compile_again(self, names: Collection[str]) -> None:
        """What these APIs are to be is worked out anew."""
        if len(names) <= AT_ONCE and self.shelf.is_ready:
            self.compile_now(names)
        else:
            self._compile_soon(names)

    def compile_now(self, names: Collection[str]) -> None:
        found = {}
        for name in names:
            self._staged.pop(name, None)
            self._bulk.discard(name)
            compiled = self._compiled(name)
            if compiled is not None:
                found[name] = compiled
        self._put(found)

    async def compile_in_slices(self) -> None:
        """Does, for ever, what is not done at once."""
        while True:
            await self._bulk_is_due.wait()
            until = time.monotonic() + _SLICE_SECONDS
            while self._bulk:
                name = self._bulk.pop()
                compiled = self._compiled(name)
                if compiled is not None:
                    self._staged[name] = compiled
                if time.monotonic() > until:
                    await asyncio.sleep(0)
                    until = time.monotonic() + _SLICE_SECONDS
            self._bulk_is_due.clear()
            staged, self._staged = self._staged, {}
            self.shelf.is_ready = True
            self._put(staged)
            self.settled()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock()

    def next_expiry(self) -> float:
        """The second at which a key ends next; infinite for never."""
        return self._expiries[0][0] if self._expiries else float("inf")

    def expire(self) -> None:
        """Keys whose time has come open nothing any more."""
        now, due = self._clock(), set()
        while self._expiries and self._expiries[0][0] <= now:
            self._noted.discard(self._expiries[0])
            due.add(heapq.heappop(self._expiries)[1])
        self.compile_again(due & self.entries.keys())

    def review(self, keys: Iterable[Key]) -> None:
        """Looks at what Envoy made of these resources, and of all else of the APIs they belong to."""
        for owner in {self.shelf.owner(key) for key in keys}:
            if owner == EVERYBODY:
                self.shared_refusal = self._refusal(EVERYBODY)
            elif owner in self.entries:
                self._review(self.entries[owner])

    def review_all(self) -> None:
        """Looks at every API anew: an Envoy came or went."""
        for entry in list(self.entries.values()):
            self._review(entry)

    @property
    def accepted(self) -> set[str]:
        """The APIs whose latest configuration Envoy has accepted."""
        return {
            name
            for name, entry in self.entries.items()
            if entry.accepted and entry.used is entry.latest and entry.accepted.generation == entry.latest.generation
        }

    @property
    def generation(self) -> int:
        """All up to there was accepted or refused."""
        compiled = self._settled_common if self._bulk or self._staged else self.common.generation
        open_ones = (entry.latest.generation for entry in self.entries.values() if not entry.is_settled)
        return min((generation - 1 for generation in open_ones), default=compiled)

    def told(self, names: Collection[str]) -> None:
        """The portal knows of these; an API that has nothing any more is forgotten."""
        for name in set(names) - self.to_tell - self._bulk - self._staged.keys():
            entry = self.entries.get(name)
            if entry is not None and not entry.latest.routes and entry.is_settled:
                del self.entries[name]

    def _note(self, api: APIConfiguration) -> bool:
        entry = self.entries.get(api.api)
        if entry is None:
            self.entries[api.api] = Entry(api, api)
        elif entry.latest == api:
            return False
        else:
            entry.latest = entry.used = api
        return True

    def _compile_soon(self, names: Collection[str], *, is_first: bool = False) -> None:
        if names or is_first:
            self._bulk |= set(names)
            self._bulk_is_due.set()

    def _compiled(self, name: str) -> _Compiled | None:
        entry = self.entries[name]
        try:
            return self._compiler.compiled(entry)
        except NotCompiled as error:
            _log.warning("The API %s stays as it was. %s", name, error)
            self._refuse(entry, str(error))
            return None

    def _put(self, found: dict[str, _Compiled]) -> None:
        for name, (compiled, problems) in found.items():
            entry = self.entries[name]
            if entry.problems != problems:
                entry.problems = problems
                self.settled()
            entry.compiled = compiled
            self._note_expiry((compiled.next_expiry, name))
        everything = [entry.compiled for entry in self.entries.values() if entry.compiled]
        self._kept_limits = keep_limits(everything, self._kept_limits)
        touched = self.shelf.put(EVERYBODY, compile_shared(everything, self._kept_limits))
        for name, (compiled, _) in found.items():
            try:
                touched |= self.shelf.put(name, compiled.resources)
            except Conflict as conflict:
                self._refuse(self.entries[name], str(conflict))
        self.touched(touched)
        for name in found:
            self._review(self.entries[name])

    def _note_expiry(self, expiry: tuple[int, str]) -> None:
        """Once, however often an API changes before its next key ends."""
        if expiry[0] and expiry not in self._noted:
            self._noted.add(expiry)
            heapq.heappush(self._expiries, expiry)
            self.expiry_moved.set()

    def _review(self, entry: Entry) -> None:
        name, latest = entry.latest.api, entry.latest
        if not self.streams or name in self._bulk or name in self._staged or entry.compiled is None:
            return
        refusal = self._refusal(name)
        if refusal:
            self._refuse(entry, refusal)
            return
        is_done = all(self._is_done(stream, name) for stream in self.streams)
        if (
            is_done
            and entry.used is latest
            and (entry.accepted is None or entry.accepted.generation != latest.generation)
        ):
            entry.accepted = Receipt(api=name, generation=latest.generation, at=self._clock())
            entry.refused = None
            self._tell(name)

    def _is_done(self, stream: Stream, name: str) -> bool:
        return all(stream.standing(key) is Standing.HELD for key in self.shelf.keys_of(name)) and not any(
            stream.lingers(key) for key in self.shelf.gone_of(name)
        )

    def _refusal(self, owner: str) -> str:
        refusals = (stream.refusal(key) for stream in self.streams for key in self.shelf.keys_of(owner))
        return next(filter(None, refusals), "")

    def _refuse(self, entry: Entry, words: str) -> None:
        """What was accepted before is used again, but for the keys that are no more; or nothing, if that fails too."""
        latest, name = entry.latest, entry.latest.api
        was_latest = entry.used is latest
        entry.used = APIConfiguration(api=name, generation=0)
        if was_latest:
            _log.warning("Envoy does not take the API %s as of generation %d: %s", name, latest.generation, words)
            entry.refused = Receipt(api=name, generation=latest.generation, at=self._clock(), refusal=words)
            if entry.accepted and entry.accepted.generation >= latest.generation:
                entry.accepted = None
            previous = self._previous(name)
            if previous is not None:
                entry.used = without_revoked(previous, latest)
            self._tell(name)
        self.compile_now({name} | self._compiler.share_out(self.entries.values()))

    def _tell(self, name: str) -> None:
        self.to_tell.add(name)
        self.settled()
