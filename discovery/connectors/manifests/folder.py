"""The files of a folder below the sources root, reached without following a link anywhere.

Each step opens one name relative to the folder before it (openat with O_NOFOLLOW), so what is checked is what is
opened, whatever somebody changes in the folder meanwhile.
"""

import errno
import os
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from discovery.connectors.base import Misconfigured, Refused
from discovery.connectors.manifests.files import (
    PIECE,
    FileMissing,
    FileUnreadable,
    too_large,
)
from discovery.connectors.manifests.walk import FOLDER, Walk

# A pipe that somebody puts in a file's place must not stop the run: without a writer its opening would wait.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_LINK = (errno.ELOOP, errno.ENOTDIR)


class FolderFiles:
    """The files of a folder; holds one descriptor until closed. Raises ConnectorError when it cannot be walked."""

    def __init__(self, root: Path | None, folder: str) -> None:
        self._folder = _open_folder(root, folder)
        try:
            walk = Walk()
            walk.look(self._folder)
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
        return _open_below(opened, "/".join(parts), FOLDER) if parts else os.dup(opened)
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
            below = os.open(name, FOLDER, dir_fd=current)
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
