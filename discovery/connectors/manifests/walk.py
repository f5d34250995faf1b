"""What lies below an open folder, names only."""

import os

from discovery.connectors.base import Problem, Severity
from discovery.connectors.manifests.files import (
    DEPTH_AT_MOST,
    FILES_AT_MOST,
    PATH_CHARACTERS_AT_MOST,
    has_suffix,
    is_hidden,
    too_many,
)

ENTRIES_AT_MOST = 500_000
REMARKS_AT_MOST = 1000

#: How a folder is opened relative to the one it lies in, so that a link in its place is refused.
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Walk:
    """Collects the paths of files that could count, and what was left out."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.remarks: list[Problem] = []
        self._entries = 0
        self._failed = False

    def look(self, folder: int, prefix: str = "", depth: int = 0) -> None:
        """Takes in what lies below an open folder; raises Misconfigured when it is too much.

        Recurses at most DEPTH_AT_MOST times, with one descriptor open for each level.
        """
        try:
            names = self._names(folder)
        except OSError:
            self._remark("unreadable", "The folder cannot be listed.", prefix, "error")
            return
        for name, is_folder, is_link in names:
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
            below = os.open(name, FOLDER, dir_fd=folder)
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


def _is_speakable(path: str) -> bool:
    return len(path) <= PATH_CHARACTERS_AT_MOST and path.isprintable()
