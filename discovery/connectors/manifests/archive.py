"""The files of an uploaded zip archive, read where they are and never unpacked to a disk.

Nothing a header says is believed: sizes are counted while reading, names are checked before they are used, and an
archive with one bad name or a link is refused as a whole, because nobody makes those by accident.
"""

import io
import stat
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from discovery.connectors.base import Misconfigured, Problem
from discovery.connectors.manifests.files import (
    DEPTH_AT_MOST,
    FILES_AT_MOST,
    PATH_CHARACTERS_AT_MOST,
    PIECE,
    FileMissing,
    FileUnreadable,
    has_suffix,
    is_hidden,
    too_large,
    too_many,
)

ENTRIES_AT_MOST = 20_000
UNPACKED_BYTES_AT_MOST = 500 * 1024 * 1024
RATIO_AT_MOST = 200
#: A short text may compress better than anything long; below this the ratio says nothing.
RATIO_COUNTS_FROM = 1024 * 1024
#: What zipfile reads at once: about 200 bytes for each entry that is allowed.
DIRECTORY_BYTES_AT_MOST = 4 * 1024 * 1024

ARCHIVE_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_END, _END_MARK = struct.Struct("<4s4H2LH"), b"PK\x05\x06"
_LARGE_MARK, _LARGE_SIZE = b"PK\x06\x07", 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_WRONG = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error)


class ArchiveFiles:
    """The files of an archive; holds it open until it is closed. Raises Misconfigured when it is refused."""

    def __init__(self, file: BinaryIO) -> None:
        self._unpacked = 0
        self._counted: set[str] = set()
        _check_end(file)
        try:
            self._archive = zipfile.ZipFile(file)
        except _WRONG:
            raise _refused("The upload is not a zip archive that can be read.") from None
        self._file = file
        entries = self._archive.infolist()
        if len(entries) > ENTRIES_AT_MOST:
            raise too_many("The archive", ENTRIES_AT_MOST)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._take(entry)
        self.paths = tuple(sorted(path for path in self._entries if has_suffix(path) and not _is_aside(path)))
        if len(self.paths) > FILES_AT_MOST:
            raise too_many("The archive", FILES_AT_MOST)
        self.remarks: tuple[Problem, ...] = ()

    def read(self, path: str, at_most: int) -> bytes:
        entry = self._entries.get(path)
        if entry is None:
            raise FileMissing
        try:
            with self._archive.open(entry) as file:
                return self._bounded(file, entry, at_most, counts=path not in self._counted)
        except _WRONG:
            raise FileUnreadable("unreadable", "The file cannot be unpacked.") from None
        finally:
            self._counted.add(path)

    def close(self) -> None:
        self._archive.close()
        self._file.close()

    def _take(self, entry: zipfile.ZipInfo) -> None:
        name = entry.orig_filename
        _check_name(name)
        mode = stat.S_IFMT(entry.external_attr >> 16)
        if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _refused("The archive holds a symbolic link or another special file.")
        if entry.flag_bits & _ENCRYPTED:
            raise _refused("The archive is encrypted.")
        if entry.compress_type not in _METHODS:
            raise _refused("The archive is compressed in a way that is not read; use deflate.")
        path = name.rstrip("/")
        if path in self._entries:
            raise _refused("The archive holds the same name twice.")
        if not name.endswith("/"):
            self._entries[path] = entry

    def _bounded(self, file: IO[bytes], entry: zipfile.ZipInfo, at_most: int, *, counts: bool) -> bytes:
        """The bytes that really come out, as far as every bound allows; each entry counts once towards their sum."""
        pieces, size = [], 0
        while piece := file.read(PIECE):
            pieces.append(piece)
            size += len(piece)
            self._unpacked += len(piece) if counts else 0
            if size > at_most:
                raise too_large(at_most)
            if size > RATIO_COUNTS_FROM and size > RATIO_AT_MOST * max(entry.compress_size, 1):
                raise FileUnreadable("ratio", f"The file is packed more than {RATIO_AT_MOST} to 1.")
            if self._unpacked > UNPACKED_BYTES_AT_MOST:
                raise Misconfigured(
                    f"The archive holds more than {UNPACKED_BYTES_AT_MOST:,} bytes.", "Upload a part of it."
                )
        return b"".join(pieces)


def _is_aside(path: str) -> bool:
    return any(is_hidden(part) for part in path.split("/"))


def _check_name(name: str) -> None:
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or "\\" in name or name[1:2] == ":" or not {"", ".", ".."}.isdisjoint(parts):
        raise _refused("The archive holds a name that leads out of it.")
    if not name.isprintable():
        raise _refused("The archive holds a name with control characters.")
    if len(name) > PATH_CHARACTERS_AT_MOST or len(parts) > DEPTH_AT_MOST + 1:
        raise _refused(f"The archive holds a name that is too long or deeper than {DEPTH_AT_MOST} folders.")


def _check_end(file: BinaryIO) -> None:
    """Bounds the directory before zipfile reads it into memory as a whole; raises Misconfigured."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(size - _END.size - 0xFFFF - _LARGE_SIZE, 0)
    file.seek(tail_at)
    tail = file.read()
    file.seek(0)
    at = _end_record(tail)
    if at is None:
        raise _refused("The upload is not a zip archive that can be read.")
    if tail[max(at - _LARGE_SIZE, 0) : at].startswith(_LARGE_MARK):
        raise _refused("The archive is written in the form for archives over 4 GB.")
    _mark, _disk, _first, _here, _entries, length, _offset, _comment = _END.unpack_from(tail, at)
    if length > DIRECTORY_BYTES_AT_MOST:
        raise too_many("The archive", ENTRIES_AT_MOST)


def _end_record(tail: bytes) -> int | None:
    """Where the end record begins, found as zipfile finds it: without a comment first, then the last mark."""
    at = len(tail) - _END.size
    if at >= 0 and tail[at : at + 4] == _END_MARK and tail[-2:] == b"\0\0":
        return at
    at = tail.rfind(_END_MARK)
    return at if at >= 0 and at + _END.size <= len(tail) else None


def _refused(message: str) -> Misconfigured:
    return Misconfigured(message, "Make the archive again from the manifests alone.")
