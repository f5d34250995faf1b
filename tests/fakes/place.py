"""A place that tells of changes by itself: what a file says is there, listed by runs and followed by watches.

The file holds ``services`` (fields of observations), ``gaps`` and, when the place fails, ``raise`` (the name of an
error). ``{token}`` in a text stands for the source's secret. A watch notes in a file beside it, ``applied``, the number
of the state that it has handed over, once its caller asks for more.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from discovery.connectors import base
from discovery.connectors.watches import Changed, Watching
from tests.fakes.scripted import error_of, observation

LOOK_SECONDS = 0.02
SIGN_SECONDS = 0.1


class Place:
    """The test's side of a place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0

    def show(self, *names: str, services: Iterable[Mapping[str, Any]] = (), **more: Any) -> int:
        """These services and no others are there from now on; the number of this state."""
        self.number += 1
        told = {"number": self.number, "services": [*({"name": name} for name in names), *services], **more}
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(told))
        new.replace(self.path)
        return self.number

    def wait(self, seconds: float = 20) -> None:
        """A watch has handed over what is there now."""
        deadline = time.monotonic() + seconds
        while self.applied < self.number:
            assert time.monotonic() < deadline, f"state {self.number} was not handed over, only {self.applied}"
            time.sleep(0.01)

    @property
    def applied(self) -> int:
        noted = self.path.with_suffix(".applied")
        return int(noted.read_text()) if noted.exists() else 0


class Watched:
    kind = "watched"
    title = "Watched"
    summary = "Tells of what a file says."
    icon = "file"
    version = "1.0"
    parameters = (base.Parameter("place", "Place"), base.Parameter("token", "Token", secret=True, required=False))

    def check(self, surroundings: base.Surroundings) -> base.Checked:
        _told(surroundings)
        return base.Checked(("Everything is there.",))

    def observe(self, surroundings: base.Surroundings) -> Iterator[base.Seen]:
        yield from map(observation, _told(surroundings)["services"])
        yield base.Complete("Service")

    def watch(self, surroundings: base.Surroundings) -> Iterator[Changed | Watching]:
        noted = Path(surroundings.configuration["place"]).with_suffix(".applied")
        before: dict[str, list[Mapping[str, Any]]] | None = None
        number, next_sign = 0, 0.0
        while True:
            since = time.monotonic()
            told = _told(surroundings)
            if told["number"] != number:
                now = _by_namespace(told["services"])
                yield from _changes(before, now, since)
                before, number = now, told["number"]
                _note(noted, number)
            if since >= next_sign:
                next_sign = since + SIGN_SECONDS
                yield Watching(3, 3 - len(told.get("gaps", ())), tuple(told.get("gaps", ())))
            time.sleep(LOOK_SECONDS)


def _changes(
    before: dict[str, list[Mapping[str, Any]]] | None, now: dict[str, list[Mapping[str, Any]]], since: float
) -> Iterator[Changed]:
    if before is None:
        everything = [one for services in now.values() for one in services]
        yield Changed((base.Complete("Service"),), tuple(map(observation, everything)), since)
        return
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if changed:
        services = [one for name in changed for one in now.get(name, ())]
        scopes = tuple(base.Complete("Service", name) for name in changed)
        yield Changed(scopes, tuple(map(observation, services)), since)


def _by_namespace(services: list[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in services:
        found.setdefault(one.get("namespace", "default"), []).append(one)
    return found


def _told(surroundings: base.Surroundings) -> dict[str, Any]:
    token = surroundings.configuration.get("token", "")
    told = json.loads(Path(surroundings.configuration["place"]).read_text().replace("{token}", token))
    if "raise" in told:
        raise error_of(told["raise"], surroundings)
    return told


def _note(path: Path, number: int) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(str(number))
    new.replace(path)
