"""The files of a source, wherever they lie: what is asked of a folder, an archive and a single file alike."""

import re
from typing import Protocol

from discovery.connectors.base import Misconfigured, Problem

FILE_BYTES_AT_MOST = 50 * 1024 * 1024
TOTAL_BYTES_AT_MOST = 1024 * 1024 * 1024
FILES_AT_MOST = 50_000
DEPTH_AT_MOST = 20
PATH_CHARACTERS_AT_MOST = 1000
SPECIFICATION_BYTES_AT_MOST = 10_000_000
PIECE = 256 * 1024

SUFFIXES = (".yaml", ".yml", ".json")
_NAMED_LIKE_SPECIFICATION = re.compile(r"(?:.*[.])?(?:openapi|swagger)[.](?:yaml|yml|json)", re.IGNORECASE)


class FileUnreadable(Exception):
    """One file cannot be read; the others can. ``code`` and ``message`` are those of the problem to report."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class FileMissing(FileUnreadable):
    """There is no such file."""

    def __init__(self) -> None:
        super().__init__("missing", "There is no such file.")


class Files(Protocol):
    """The files below one root; paths are relative to it, with slashes, and never lead out of it."""

    paths: tuple[str, ...]
    """Every file that could hold manifests or be a specification, in the order of their names."""
    remarks: tuple[Problem, ...]
    """What was left out while looking."""

    def read(self, path: str, at_most: int) -> bytes:
        """The bytes of a file, whether it is among the paths or not; raises FileUnreadable."""
        ...

    def close(self) -> None: ...


def has_suffix(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def is_hidden(name: str) -> bool:
    """Version control, editors and macOS keep files of their own beside those that count."""
    return name.startswith(".") or name == "__MACOSX"


def is_named_like_specification(path: str) -> bool:
    return _NAMED_LIKE_SPECIFICATION.fullmatch(path.rpartition("/")[2]) is not None


def too_large(at_most: int) -> FileUnreadable:
    return FileUnreadable("too-large", f"The file is larger than {at_most:,} bytes.")


def too_many(what: str, at_most: int) -> Misconfigured:
    return Misconfigured(f"{what} holds more than {at_most:,} files.", "Point the source at a part of them.")
