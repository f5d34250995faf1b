"""The files of a folder below the sources root, reached without following a link anywhere.

Each step opens one name relative to the folder before it (openat with O_NOFOLLOW), so what is checked is what is
opened, whatever somebody changes in the folder meanwhile.
"""

import errno
import os
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from discovery.connectors.base import Misconfigured, Problem, Refused, Severity
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

ENTRIES_AT_MOST = 500_000
REMARKS_AT_MOST = 1000

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe that somebody puts in a file's place must not stop the run: without a writer its opening would wait.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_LINK = (errno.ELOOP, errno.ENOTDIR)


class FolderFiles:
    """The files of a folder; holds one descriptor until closed. Raises ConnectorError when it cannot be walked."""

    def __init__(self, root: Path | None, folder: str) -> None:
        self._folder = _open_folder(root, folder)
        try:
            walk = _Walk()
            walk.look(self._folder, "", 0)
        except BaseException:
            self.close()
            raise
        self.paths = tuple(sorted(walk.paths))
        self.remarks = tuple(sorted(walk.remarks, key=lambda problem: problem.place))

    def read(self, path: str, at_most: int) -> bytes:
        try:
            descriptor = _open_below(self._folder, path)
        except OSError as error:
            raise _unreadable(error) from None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise FileUnreadable("not-a-file", "This is a device, a pipe or a folder and not a file.")
            if status.st_size > at_most:
                raise too_large(at_most)
            try:
                return _bounded(file, at_most)
            except OSError as error:
                raise _unreadable(error) from None

    def close(self) -> None:
        os.close(self._folder)


class _Walk:
    """Lists what lies below a folder, names only."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.remarks: list[Problem] = []
        self._entries = 0
        self._failed = False

    def look(self, folder: int, prefix: str, depth: int) -> None:
        """Recurses at most DEPTH_AT_MOST times, with one descriptor open for each level."""
        for name, is_folder, is_link in self._names(folder):
            path = prefix + name
            if not _is_speakable(path):
                self._remark("name-refused", "A file's name is too long or not text and was left out.", prefix)
            elif is_link:
                self._remark("link-not-followed", "This is a symbolic link; links are not followed.", path)
            elif is_folder:
                self._descend(folder, name, path, depth + 1)
            elif has_suffix(name):
                self._keep(path)

    def _names(self, folder: int) -> list[tuple[str, bool, bool]]:
        names = []
        with os.scandir(folder) as entries:
            for entry in entries:
                self._entries += 1
                if self._entries > ENTRIES_AT_MOST:
                    raise too_many("The folder", ENTRIES_AT_MOST)
                if not is_hidden(entry.name):
                    names.append((entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink()))
        return names

    def _descend(self, folder: int, name: str, path: str, depth: int) -> None:
        if depth > DEPTH_AT_MOST:
            self._remark("too-deep", f"Folders are read to a depth of {DEPTH_AT_MOST}.", path, "error")
            return
        try:
            below = os.open(name, _FOLDER, dir_fd=folder)
        except OSError:
            self._remark("unreadable", "The folder cannot be opened.", path, "error")
            return
        try:
            self.look(below, path + "/", depth)
        finally:
            os.close(below)

    def _keep(self, path: str) -> None:
        self.paths.append(path)
        if len(self.paths) > FILES_AT_MOST:
            raise too_many("The folder", FILES_AT_MOST)

    def _remark(self, code: str, message: str, path: str, severity: Severity = "warning") -> None:
        if len(self.remarks) < REMARKS_AT_MOST or (severity == "error" and not self._failed):
            self.remarks.append(Problem(code, message, severity, path))
        self._failed |= severity == "error"


def _open_folder(root: Path | None, folder: str) -> int:
    """A descriptor of the folder. The root itself is the operator's and may be reached through links."""
    if root is None:
        raise Misconfigured(
            "No folder may be read on this site.",
            "Whoever operates it names the folder for sources in the setting PORTICO_SOURCES_ROOT.",
        )
    parts = _parts_below(root, folder)
    try:
        opened = os.open(root.resolve(), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError):
        raise Misconfigured(
            "The folder for sources cannot be opened.", "Check the setting PORTICO_SOURCES_ROOT."
        ) from None
    try:
        return _open_below(opened, "/".join(parts), _FOLDER) if parts else os.dup(opened)
    except OSError as error:
        raise _folder_error(error) from None
    finally:
        os.close(opened)


def _parts_below(root: Path, folder: str) -> tuple[str, ...]:
    path = PurePosixPath(folder)
    if path.is_absolute():
        for known in (root, root.absolute(), root.resolve()):
            if path.is_relative_to(known):
                path = path.relative_to(known)
                break
    if path.is_absolute() or ".." in path.parts or "\x00" in folder:
        raise Misconfigured(
            "The folder does not lie below the one for sources.",
            "Give a path relative to the folder that the setting PORTICO_SOURCES_ROOT names.",
        )
    return path.parts


def _open_below(folder: int, path: str, flags: int = _FILE) -> int:
    """Opens one name after the other, none of them a link and none leading up; raises OSError."""
    *folders, last = names = path.split("/")
    if not {"", ".", ".."}.isdisjoint(names):
        raise OSError(errno.ENOENT, "not a name")
    current = os.dup(folder)
    try:
        for name in folders:
            below = os.open(name, _FOLDER, dir_fd=current)
            os.close(current)
            current = below
        return os.open(last, flags, dir_fd=current)
    except ValueError:
        raise OSError(errno.ENOENT, "no such name") from None
    finally:
        os.close(current)


def _bounded(file: BinaryIO, at_most: int) -> bytes:
    """What the file holds now; it may have grown since its size was asked for."""
    pieces, size = [], 0
    while piece := file.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > at_most:
            raise too_large(at_most)
    return b"".join(pieces)


def _folder_error(error: OSError) -> Misconfigured | Refused:
    if error.errno in _LINK:
        return Misconfigured("The folder is a link, is reached through one, or is a file.", "Name the folder itself.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Refused("Portico may not open the folder.", "Give the account that Portico runs under the right to.")
    return Misconfigured("There is no such folder.", "Give a path below the folder of PORTICO_SOURCES_ROOT.")


def _unreadable(error: OSError) -> FileUnreadable:
    if error.errno == errno.ENOENT:
        return FileMissing()
    if error.errno in _LINK:
        return FileUnreadable("link-not-followed", "The file is reached through a symbolic link.")
    return FileUnreadable("unreadable", "The file cannot be opened.")


def _is_speakable(path: str) -> bool:
    return len(path) <= PATH_CHARACTERS_AT_MOST and path.isprintable()
