"""Specifications on their way through a run: compressed in a file of the run's own, found by SHA-256.

They wait on disk, not in memory, and only those that the database does not have yet.
"""

import hashlib
import shutil
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from discovery.connectors.base import FoundSpecification
from discovery.models import Run, RunState
from discovery.runs.claim import Claimed

MAX_BYTES = 2_000_000_000


class Full(Exception):
    """The specifications of this run do not fit into its folder."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A document of the spool: where its compressed bytes lie, and what is known of the uncompressed."""

    start: int
    length: int
    media_type: str
    size: int


class Spool:
    """Documents in one file, because opening thousands costs more than writing them.

    ``stored`` are the SHA-256 of documents that the database has.
    """

    def __init__(self, file: BinaryIO, stored: Collection[str] = (), at_most: int = MAX_BYTES) -> None:
        self._file = file
        self._stored = stored
        self._at_most = at_most
        self._documents: dict[str, Spooled] = {}
        self._bytes = 0

    def keep(self, found: FoundSpecification) -> str:
        """The SHA-256 of the bytes, which are on disk now unless the database has them; raises ``Full``."""
        digest = hashlib.sha256(found.content).hexdigest()
        if digest in self._stored or digest in self._documents:
            return digest
        compressed = zlib.compress(found.content)
        if self._bytes + len(compressed) > self._at_most:
            raise Full
        self._file.write(compressed)
        self._documents[digest] = Spooled(self._bytes, len(compressed), found.media_type, len(found.content))
        self._bytes += len(compressed)
        return digest

    def get(self, digest: str) -> Spooled | None:
        """What was kept under this SHA-256; nothing when the database had it."""
        return self._documents.get(digest)

    def compressed(self, spooled: Spooled) -> bytes:
        self._file.seek(spooled.start)
        return self._file.read(spooled.length)


@contextmanager
def spool_of(home: Path, claimed: Claimed, stored: Collection[str] = (), at_most: int = MAX_BYTES) -> Iterator[Spool]:
    """The documents of one run, in a folder that is gone when the run has ended; that of a killed run goes when the
    next one begins."""
    spools = home / "spool"
    spools.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_leftovers(spools)
    folder = spools / f"{claimed.run_id}-{claimed.generation}"
    folder.mkdir(mode=0o700)
    try:
        with (folder / "specifications").open("w+b") as file:
            yield Spool(file, stored, at_most)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers(spools: Path) -> None:
    """Remove the folders of runs that are no longer running; another worker's stays."""
    folders = {path.name: path for path in spools.iterdir() if path.is_dir()}
    running = Run.objects.filter(state=RunState.RUNNING).values_list("pk", "generation")
    for name in folders.keys() - {f"{run}-{generation}" for run, generation in running}:
        shutil.rmtree(folders[name], ignore_errors=True)
