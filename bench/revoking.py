"""From the click on «revoke» to the first refusal, and what everybody else notices of it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.calls import Line
from bench.client import Client, Request, percentile
from bench.keys import credential_of, key_of, path_of
from bench.portico import ROOT, Portico

_PATIENCE_SECONDS = 20
_PAUSE_SECONDS = 0.002
_CALLERS = 8
_BETWEEN_CALLS_SECONDS = 0.01
#: What is on its way when the last key is revoked gets there.
_SETTLE_SECONDS = 2


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


@dataclass(frozen=True, slots=True)
class Flow:
    """What callers met while keys of the same APIs were revoked, and how many of those still open something."""

    changes: int
    seconds: float
    answered: int
    dropped: int
    refused: int
    still_open: int


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


def keep_changing(portico: Portico, port: int, places: Sequence[Place], per_second: int) -> Flow:
    """Revokes these at a steady pace while callers go on with other keys (number 0) of the same APIs."""
    over, callers = threading.Event(), [Caller(port) for _ in range(_CALLERS)]
    apis = sorted({place.api for place in places})
    threads = [
        threading.Thread(target=caller.call, args=(apis[number::_CALLERS], over))
        for number, caller in enumerate(callers)
    ]
    for thread in threads:
        thread.start()
    try:
        done = _revoke_steadily(portico, places, per_second)
        time.sleep(_SETTLE_SECONDS)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    with Line(port) as line:
        still_open = sum(line.status(place.path, place.key) != 401 for place in places)
    return Flow(
        **done,
        answered=sum(caller.answered for caller in callers),
        dropped=sum(caller.dropped for caller in callers),
        refused=sum(caller.refused for caller in callers),
        still_open=still_open,
    )


def _revoke_steadily(portico: Portico, places: Sequence[Place], per_second: int) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, "-m", "bench.steadily", str(per_second)],
        cwd=ROOT,
        env=portico.environment,
        input="\n".join(credential_of(place.api, place.number) for place in places),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return json.loads(said)


class Caller:
    """One connection that asks with keys that are good, again and again."""

    def __init__(self, port: int) -> None:
        self.answered = self.dropped = self.refused = 0
        self._port = port

    def call(self, apis: Sequence[int], over: threading.Event) -> None:
        line = Line(self._port)
        while not over.is_set():
            for api in apis:
                try:
                    self.refused += line.status(path_of(api), key_of(api, 0)) != 200
                    self.answered += 1
                except OSError:
                    self.dropped += 1
                    line.close()
                    line = Line(self._port)
                time.sleep(_BETWEEN_CALLS_SECONDS)
        line.close()
