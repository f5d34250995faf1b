"""What the agent says of a portal that is away."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.agent.agent import authorities
from gateway.agent.book import Book
from gateway.agent.compiling import Compiler
from gateway.agent.fetching import Fetching
from gateway.agent.portal import PortalLine
from gateway.agent.resolving import Resolver
from gateway.agent.snapshot import Snapshot
from tests.gateway.agent.portal import TOKEN, StandInPortal


def _asks(url: str, folder: Path, patience: float, until: Callable[[], bool]) -> None:
    """An agent asks a portal until something is so, for 20 seconds at most."""
    resolver, snapshot = Resolver(), Snapshot(folder)
    book = Book(Compiler(resolver, frozenset(), authorities()), snapshot.previous)
    fetching = Fetching(PortalLine(url, lambda: TOKEN), snapshot, book, resolver, patience)

    async def ask() -> None:
        asking = asyncio.create_task(fetching.run())
        async with asyncio.timeout(20):
            while not until():
                await asyncio.sleep(0.02)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking

    asyncio.run(ask())


class _Passing(dict[str, tuple[int, bytes]]):
    """Answers of a portal that is not itself yet, twice."""

    given = 0

    def get(self, path: str, default: object = None) -> tuple[int, bytes] | None:
        if path != "changes" or self.given == 2:
            return None
        self.given += 1
        return 503, b"not yet"


def test_a_portal_that_is_away_is_said_once_whatever_the_reasons_and_so_is_its_return(
    portal: StandInPortal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    portal.say()
    url, portal.instead = portal.url, _Passing()
    portal.stop()

    def is_heard_again() -> bool:
        if "The connection was refused" in caplog.text and not portal.is_there:
            portal.start()
        return "can be heard again" in caplog.text

    _asks(url, tmp_path, 0.3, is_heard_again)

    assert portal.instead.given == 2
    assert [record.getMessage() for record in caplog.records if record.name == "gateway.agent.fetching"] == [
        "The portal cannot be asked: The connection was refused.",
        "The portal can be heard again",
    ]


def test_a_portal_that_is_back_soon_is_nothing_to_speak_of(
    portal: StandInPortal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    portal.say()
    portal.instead = _Passing()

    # The second question waits for what follows the answer to the first.
    _asks(portal.url, tmp_path, 60, lambda: len(portal.asked_since) > 1)

    assert portal.instead.given == 2
    assert "gateway.agent.fetching" not in {record.name for record in caplog.records}
