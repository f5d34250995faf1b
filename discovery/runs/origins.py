"""What a run leaves for the next one: from what the rows of a namespace follow, and by which rows one knows that.

That certain objects make certain rows stays true, so this needs no lock and no database: a file per source that may be
old, or gone, and then only costs time. It counts as long as the rows are the ones that followed.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec
import orjson
from django.conf import settings
from django.db import connection

import discovery
from discovery.connectors.base import Connector
from discovery.facts import Spotted, fingerprint
from discovery.models import DiscoveredService, Source

# Whatever a mistake in this would leave behind, it stays no longer than this.
SECONDS_AT_MOST = 24 * 3600
_BYTES_AT_MOST = 64 * 1024 * 1024
_ROWS = f"""
    SELECT namespace, sha256(string_agg(fingerprint, ''::bytea ORDER BY fingerprint))
    FROM {DiscoveredService._meta.db_table}
    WHERE source_id = %s AND missing_since IS NULL AND last_seen_at IS NULL AND hold = ''
    GROUP BY namespace
"""
_NO_ROWS = hashlib.sha256().digest()


class Followed(msgspec.Struct, frozen=True):
    """``origin`` is the digest of what was read in a namespace, ``rows`` that of the rows that followed from it."""

    origin: bytes
    rows: bytes


class Remembered(msgspec.Struct):
    """What the run before left: ``of`` is what all of it depends on, ``settled`` the state in which judging all open
    rows changed none of them (``discovery.runs.settled``)."""

    of: bytes = b""
    began: float = 0.0
    namespaces: dict[str, Followed] = {}
    settled: bytes = b""


@dataclass(slots=True)
class Heard:
    """What a run hears of namespaces: those that are the same, and from what the observations of others follow."""

    same: set[str] = field(default_factory=set)
    derived: dict[str, bytes] = field(default_factory=dict)


class Origins:
    """What is remembered of a source, and what is to be."""

    def __init__(self, source: Source, connector: Connector, now: float) -> None:
        self._path = _folder() / f"{source.pk}.msgpack"
        self._now = now
        self._of = _depends_on(source, connector)
        self._before = _read(self._path, self._of, now)
        self.settled = self._before.settled

    def known(self, source_id: int) -> Mapping[str, bytes]:
        """The origin of each namespace whose rows are still those that followed from it; one query."""
        if not self._before.namespaces:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [source_id])
            rows = {namespace: bytes(digest) for namespace, digest in cursor}
        followed = self._before.namespaces.items()
        return {name: one.origin for name, one in followed if rows.get(name, _NO_ROWS) == one.rows}

    def keep(self, heard: Heard, observed: Iterable[Spotted], settled: bytes) -> None:
        """Remember for the next run: what was ``observed`` of the derived namespaces, and the rest as it was."""
        kept = {name: one for name, one in self._before.namespaces.items() if name in heard.same}
        marks: dict[str, list[bytes]] = {namespace: [] for namespace in heard.derived}
        for spotted in observed:
            if spotted.seen.namespace in marks:
                marks[spotted.seen.namespace].append(fingerprint(spotted))
        for namespace, found in marks.items():
            rows = hashlib.sha256(b"".join(sorted(found))).digest()
            kept[namespace] = Followed(heard.derived[namespace], rows)
        # The age is that of the oldest part, so that sooner or later everything is derived again.
        began = self._before.began if heard.same else self._now
        _write(self._path, Remembered(self._of, began, kept, settled))

    def forget(self) -> None:
        """The next run derives everything."""
        self._path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.PORTICO_HOME) / "origins"


def _read(path: Path, of: bytes, now: float) -> Remembered:
    try:
        if path.stat().st_size > _BYTES_AT_MOST:
            return Remembered(of, now)
        found = msgspec.msgpack.decode(path.read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return Remembered(of, now)
    is_fresh = 0 <= now - found.began < SECONDS_AT_MOST
    return found if found.of == of and is_fresh else Remembered(of, now)


def _write(path: Path, remembered: Remembered) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whoever reads meanwhile sees the old or the new, never a half.
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(msgspec.msgpack.encode(remembered))
    fresh.replace(path)


def _depends_on(source: Source, connector: Connector) -> bytes:
    """Of the source and of the code that derives; configuration is hashed, so nothing of it can be read here."""
    told = (source.pk, source.name, source.kind, source.environment_id, source.configuration, connector.version)
    code = _code()
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS) + code).digest()


@cache
def _code() -> bytes:
    """Changes with each upgrade: new code may see more in the same objects."""
    root = Path(discovery.__file__).parent
    files = sorted((str(path.relative_to(root)), path.stat()) for path in root.rglob("*.py"))
    return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in files]).encode()
