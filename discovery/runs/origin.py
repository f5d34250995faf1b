"""What a run leaves for the next one: from what the rows of a source follow, and by which rows one knows that.

That certain objects make certain rows stays true, so this needs no lock and no database: a file per source that may be
old, or gone, and then only costs time. It counts as long as the rows are the ones that followed.
"""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
import orjson
from django.conf import settings
from django.db import connection

import discovery
from discovery.connectors.base import Connector
from discovery.facts import Spotted, fingerprint
from discovery.models import Source

# Whatever a mistake in this would leave behind, it stays no longer than this.
SECONDS_AT_MOST = 24 * 3600
_BYTES_AT_MOST = 10_000
_ROWS = """
    SELECT sha256(coalesce(string_agg(fingerprint, ''::bytea ORDER BY fingerprint), ''::bytea))
    FROM discovery_discoveredservice
    WHERE source_id = %s AND missing_since IS NULL AND last_seen_at IS NULL AND hold = ''
"""


class Remembered(msgspec.Struct):
    """``origin`` is the digest of what was read, ``rows`` that of the rows that followed from it.

    ``of`` is what else all of it depends on, ``settled`` the state in which judging all open rows changed none of them
    (``discovery.runs.settled``).
    """

    of: bytes = b""
    at: float = 0.0
    origin: bytes = b""
    rows: bytes = b""
    settled: bytes = b""


class Origin:
    """What is remembered of a source, and what is to be."""

    def __init__(self, source: Source, connector: Connector, now: float) -> None:
        self._source_id, self._now = source.pk, now
        self._path = Path(settings.PORTICO_HOME) / "origins" / f"{source.pk}.msgpack"
        self._of = _depends_on(source, connector)
        self._before = self._read()

    @property
    def settled(self) -> bytes:
        return self._before.settled

    def known(self) -> bytes:
        """The origin of the rows as they are now, empty when it is not known; one query."""
        if not self._before.origin:
            return b""
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [self._source_id])
            is_so = bytes(cursor.fetchone()[0]) == self._before.rows
        return self._before.origin if is_so else b""

    def keep(self, origin: bytes, observed: Iterable[Spotted], settled: bytes) -> None:
        """Remember for the next run what was read and ``observed`` in this one."""
        rows = hashlib.sha256(b"".join(sorted(map(fingerprint, observed)))).digest() if origin else b""
        self._write(Remembered(self._of, self._now, origin, rows, settled))

    def keep_settled(self, settled: bytes) -> None:
        """Remember the state of judging; the rest is what it was, and as old."""
        if settled != self._before.settled:
            self._write(msgspec.structs.replace(self._before, settled=settled))

    def forget(self) -> None:
        """The next run derives everything."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> Remembered:
        try:
            with self._path.open("rb") as file:
                found = msgspec.msgpack.decode(file.read(_BYTES_AT_MOST), type=Remembered)
        except (OSError, msgspec.DecodeError):
            return Remembered()
        is_fresh = 0 <= self._now - found.at < SECONDS_AT_MOST
        return found if found.of == self._of and is_fresh else Remembered()

    def _write(self, remembered: Remembered) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whoever reads meanwhile sees the old or the new, never a half.
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(msgspec.msgpack.encode(remembered))
        fresh.replace(self._path)


def _depends_on(source: Source, connector: Connector) -> bytes:
    """Of the source and of the code that derives, hashed."""
    told = (source.pk, source.name, source.kind, source.environment_id, source.configuration, connector.version)
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS) + _code()).digest()


@cache
def _code() -> bytes:
    """Changes with each upgrade: new code may see more in the same objects."""
    root = Path(discovery.__file__).parent
    files = sorted((str(path.relative_to(root)), path.stat()) for path in root.rglob("*.py"))
    return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in files]).encode()
