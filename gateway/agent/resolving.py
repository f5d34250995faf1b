"""What the names of upstreams mean now. The machine's resolver is asked in threads, a few at a time, and no answer is
waited for longer than a few seconds; what is not heard of keeps its last addresses for a while."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from common.outbound import looked_up
from gateway.agent.threads import in_thread
from gateway.envoy.upstreams import is_address

AT_ONCE = 8
ANSWER_SECONDS = 5.0
REFRESH_SECONDS = 30.0
#: How long a name that is not answered for keeps the addresses it had.
STAYS_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """The last addresses of a name, unjudged, and when they were heard; why the last question failed, if it did."""

    addresses: tuple[str, ...] = ()
    heard_at: float = 0.0
    failure: str = ""


class Resolver:
    """Names and their meanings; used on the event loop alone."""

    def __init__(
        self,
        look_up: Callable[[str, int], tuple[str, ...]] = looked_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._meanings: dict[str, Meaning] = {}

    def meaning(self, host: str) -> Meaning | None:
        """What a host means; an address means itself. ``None``: nobody has asked yet."""
        return Meaning((host,)) if is_address(host) else self._meanings.get(host)

    def unknown(self, hosts: Iterable[str]) -> set[str]:
        return {host for host in hosts if self.meaning(host) is None}

    async def ask(self, hosts: Iterable[str]) -> set[str]:
        """Asks for the names anew; returns those that mean something else now, or fail or work where they did not."""
        names = [host for host in hosts if not is_address(host)]
        changed = await asyncio.gather(*map(self._ask, names))
        return {name for name, is_changed in zip(names, changed, strict=True) if is_changed}

    def remember(self, meanings: dict[str, tuple[str, ...]]) -> None:
        """Begins with what was known before this process."""
        self._meanings |= {host: Meaning(found, self._clock()) for host, found in meanings.items()}

    def known(self) -> dict[str, tuple[str, ...]]:
        """What to remember."""
        return {host: meaning.addresses for host, meaning in self._meanings.items() if meaning.addresses}

    def forget_all_but(self, hosts: set[str]) -> None:
        for host in self._meanings.keys() - hosts:
            del self._meanings[host]

    async def _ask(self, host: str) -> bool:
        before = self._meanings.get(host)
        async with self._turns:
            try:
                found = await asyncio.wait_for(in_thread(self._look_up, host, 0), ANSWER_SECONDS)
                if not found:
                    raise OSError(None, "it has no address")
                # Sorted: a resolver that deals its answers out in turn has not changed its mind.
                meaning = Meaning(tuple(sorted(found)), self._clock())
            except TimeoutError:
                meaning = self._failed(before, "the resolver does not answer")
            except (OSError, UnicodeError) as error:
                meaning = self._failed(before, getattr(error, "strerror", None) or "it is not a name")
        self._meanings[host] = meaning
        return before is None or (before.addresses, before.failure) != (meaning.addresses, meaning.failure)

    def _failed(self, before: Meaning | None, failure: str) -> Meaning:
        if before is None or self._clock() - before.heard_at > STAYS_SECONDS:
            return Meaning((), 0.0, failure)
        return Meaning(before.addresses, before.heard_at, failure)
