"""Usage on disk until the portal has it: a file for each batch, named in the order of counting."""

import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from gateway.agent import files
from gateway.agent.counting import Totals
from gateway.agent.files import Damaged
from gateway.values import Usage

KEPT_SECONDS = 24 * 3600
KEPT_BYTES = 64_000_000
_TOTALS_BYTES = 256_000_000
_SUFFIX = ".json"
_log = logging.getLogger(__name__)


class Spool:
    """The folder of batches and the totals that they lead up to; one thread at a time uses it."""

    def __init__(self, folder: Path) -> None:
        self._folder = files.ensure_folder(folder)
        self._totals = folder / "totals"

    def totals(self) -> Totals | None:
        """Up to where it was counted; ``None`` when that cannot be known any more. Batches that were written in the
        moment of a crash, before their totals, go: what they counted is counted again."""
        if not self._totals.exists():
            return Totals()
        try:
            found = msgspec.msgpack.decode(files.opened(self._totals, _TOTALS_BYTES), type=Totals)
        except (OSError, Damaged, msgspec.MsgspecError):
            return None
        for path in self.waiting():
            if _number(path) > found.number:
                path.unlink()
        return found

    def keep(self, batches: Iterable[Usage], totals: Totals) -> None:
        """The batches are there, each once, whenever everything stops; raises OSError."""
        for index, batch in enumerate(batches):
            path = self._folder / f"{totals.number:012d}-{index:04d}{_SUFFIX}"
            files.write(path, files.sealed(msgspec.json.encode(batch)))
        files.settle(self._folder)
        files.write(self._totals, files.sealed(msgspec.msgpack.encode(totals)))
        files.settle(self._folder)

    def waiting(self) -> list[Path]:
        """The batches that the portal has not taken, oldest first."""
        return sorted(path for path in self._folder.glob(f"[0-9]*{_SUFFIX}") if _number(path) >= 0)

    def last_number(self) -> int:
        """The number of the newest batch that waits; 0 for none."""
        return max(map(_number, self.waiting()), default=0)

    def read(self, path: Path) -> bytes | None:
        """An encoded ``Usage``; ``None``, and the file is gone, when it was damaged."""
        try:
            return files.opened(path, KEPT_BYTES)
        except (OSError, Damaged):
            _log.error("A batch of usage was damaged and is lost: %s", path.name)
            path.unlink(missing_ok=True)
            return None

    def prune(self) -> int:
        """What is too old or too much goes, the oldest first; returns how many batches were lost."""
        waiting = self.waiting()
        left, oldest, lost = KEPT_BYTES, time.time() - KEPT_SECONDS, 0
        for path in reversed(waiting):
            found = path.stat()
            left -= found.st_size
            if left < 0 or found.st_mtime < oldest:
                path.unlink()
                lost += 1
        if lost:
            _log.error("%d batches of usage are lost: the portal was away for too long", lost)
        return lost


def names() -> Iterator[str]:
    """Names for batches that no other agent has given."""
    while True:
        yield uuid.uuid4().hex


def _number(path: Path) -> int:
    number = path.name.partition("-")[0]
    return int(number) if number.isdecimal() else -1
