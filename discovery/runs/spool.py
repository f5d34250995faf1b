"""Specifications on their way through a run: compressed files in a folder of the run's own, named by SHA-256.

They wait on disk, not in memory, and only those that the database does not have yet.
"""

import hashlib
import shutil
import zlib
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from discovery.connectors.base import FoundSpecification
from discovery.models import Run, RunState
from discovery.runs.claim import Claimed

MAX_BYTES = 2_000_000_000


class Full(Exception):
    """The specifications of this run do not fit into its folder."""


class Spool:
    """The folder of one run; it is gone when the run has ended, and that of a killed run when the next one begins."""

    def __init__(self, home: Path, claimed: Claimed, stored: Collection[str] = (), at_most: int = MAX_BYTES) -> None:
        self.folder = home / "spool" / f"{claimed.run_id}-{claimed.generation}"
        self._stored = stored
        self._at_most = at_most
        self._media_types: dict[str, tuple[str, int]] = {}
        self._bytes = 0

    def __enter__(self) -> Self:
        spools = self.folder.parent
        spools.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_leftovers(spools)
        self.folder.mkdir(mode=0o700)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self, found: FoundSpecification) -> str:
        """The SHA-256 of the bytes, which are on disk now unless the database has them; raises ``Full``."""
        digest = hashlib.sha256(found.content).hexdigest()
        if digest in self._stored or digest in self._media_types:
            return digest
        compressed = zlib.compress(found.content)
        if self._bytes + len(compressed) > self._at_most:
            raise Full
        (self.folder / digest).write_bytes(compressed)
        self._bytes += len(compressed)
        self._media_types[digest] = (found.media_type, len(found.content))
        return digest

    def __contains__(self, digest: str) -> bool:
        return digest in self._media_types

    def described(self, digest: str) -> tuple[str, int]:
        """Media type and size of the uncompressed bytes."""
        return self._media_types[digest]

    def compressed(self, digest: str) -> bytes:
        return (self.folder / digest).read_bytes()


def _remove_leftovers(spools: Path) -> None:
    """Remove the folders of runs that are no longer running; another worker's stays."""
    folders = {path.name: path for path in spools.iterdir() if path.is_dir()}
    running = Run.objects.filter(state=RunState.RUNNING).values_list("pk", "generation")
    for name in folders.keys() - {f"{run}-{generation}" for run, generation in running}:
        shutil.rmtree(folders[name], ignore_errors=True)
