"""From the click on «revoke» to the first refusal, and what everybody else notices of it."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.calls import Line
from bench.client import Client, Request, percentile
from bench.keys import credential_of, key_of, path_of

_PATIENCE_SECONDS = 20
_PAUSE_SECONDS = 0.002
_CALLERS, _CLICKERS = 8, 4


@dataclass(frozen=True, slots=True)
class Place:
    """A key: the number of its API, and its number there."""

    api: int
    number: int

    @property
    def key(self) -> str:
        return key_of(self.api, self.number)

    @property
    def path(self) -> str:
        return path_of(self.api)


@dataclass(frozen=True, slots=True)
class Revoked:
    """Milliseconds from the request that revokes to the first 401 on a connection that was open before."""

    waits: Sequence[float]

    @property
    def median(self) -> float:
        return percentile(self.waits, 50)

    @property
    def p99(self) -> float:
        return percentile(self.waits, 99)


@dataclass(slots=True)
class Flow:
    """What callers met while keys of the same APIs were revoked, and whether those are refused afterwards."""

    changes: int = 0
    seconds: float = 0
    answered: int = 0
    dropped: int = 0
    refused: int = 0
    still_open: int = 0
    failures: list[str] = field(default_factory=list)


def revoke(client: Client, place: Place) -> None:
    client.send(Request(f"/api/v1/credentials/{credential_of(place.api, place.number)}/revoke", "POST", b"{}"))


def measure(client: Client, port: int, places: Sequence[Place]) -> Revoked:
    """Revokes these one after the other."""
    with Line(port) as line:
        return Revoked([1000 * _wait(client, line, place) for place in places])


def _wait(client: Client, line: Line, place: Place) -> float:
    if line.status(place.path, place.key) != 200:
        raise SystemExit(f"The key of {place} opens nothing.")
    clicking = threading.Thread(target=revoke, args=(client, place))
    begun = time.monotonic()
    clicking.start()
    while line.status(place.path, place.key) != 401:
        if time.monotonic() > begun + _PATIENCE_SECONDS:
            raise SystemExit(f"{place} was revoked and is not refused after {_PATIENCE_SECONDS} s.")
        time.sleep(_PAUSE_SECONDS)
    waited = time.monotonic() - begun
    clicking.join()
    return waited


def keep_changing(client: Client, port: int, places: Sequence[Place], per_second: int) -> Flow:
    """Revokes these at a steady pace while callers go on with other keys (number 0) of the same APIs."""
    flow, over = Flow(changes=len(places)), threading.Event()
    callers = [
        threading.Thread(
            target=_call, args=(flow, port, sorted({place.api for place in places})[number::_CALLERS], over)
        )
        for number in range(_CALLERS)
    ]
    begun = time.monotonic()
    clickers = [
        threading.Thread(target=_click, args=(client, flow, places[number::_CLICKERS], begun + number / per_second,
                                              _CLICKERS / per_second))
        for number in range(_CLICKERS)
    ]  # fmt: skip
    for thread in (*callers, *clickers):
        thread.start()
    for thread in clickers:
        thread.join()
    flow.seconds = time.monotonic() - begun
    time.sleep(1)
    over.set()
    for thread in callers:
        thread.join()
    with Line(port) as line:
        flow.still_open = sum(line.status(place.path, place.key) != 401 for place in places)
    return flow


def _click(client: Client, flow: Flow, places: Sequence[Place], begun: float, pause: float) -> None:
    for number, place in enumerate(places):
        time.sleep(max(begun + number * pause - time.monotonic(), 0))
        try:
            revoke(client, place)
        except (OSError, SystemExit) as failure:
            flow.failures.append(str(failure))


def _call(flow: Flow, port: int, apis: Sequence[int], over: threading.Event) -> None:
    answered = dropped = refused = 0
    line = Line(port)
    while not over.is_set():
        for api in apis:
            try:
                refused += line.status(path_of(api), key_of(api, 0)) != 200
                answered += 1
            except OSError:
                dropped += 1
                line.close()
                line = Line(port)
            time.sleep(_PAUSE_SECONDS)
    line.close()
    with _COUNTING:
        flow.answered, flow.dropped, flow.refused = (
            flow.answered + answered, flow.dropped + dropped, flow.refused + refused,
        )  # fmt: skip


_COUNTING = threading.Lock()
