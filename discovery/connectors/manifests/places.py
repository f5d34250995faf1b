"""From the configuration to the files that it means."""

import os
import re
import stat
from typing import BinaryIO

from discovery.connectors.base import Misconfigured, Problem, Surroundings
from discovery.connectors.manifests.archive import ARCHIVE_MARKS, ArchiveFiles
from discovery.connectors.manifests.config import UPLOAD_BYTES_AT_MOST, Config
from discovery.connectors.manifests.files import FileMissing, Files, too_large
from discovery.connectors.manifests.folder import FolderFiles

_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*[\"}]")


class SingleFile:
    """An upload that is one file: YAML, or JSON when it begins like an object."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.paths = ("upload.json" if _JSON_START.match(data) else "upload.yaml",)
        self.remarks: tuple[Problem, ...] = ()

    def read(self, path: str, at_most: int) -> bytes:
        if path not in self.paths:
            raise FileMissing
        if len(self._data) > at_most:
            raise too_large(at_most)
        return self._data

    def close(self) -> None:
        """Nothing is held open."""


def open_files(config: Config, surroundings: Surroundings) -> Files:
    """The files of the source, to be closed by the caller; raises ConnectorError."""
    if config.folder:
        return FolderFiles(surroundings.sources_root, config.folder)
    file = _open_upload(config.upload)
    try:
        if file.peek(4)[:4] in ARCHIVE_MARKS:
            return ArchiveFiles(file)
        data = file.read(UPLOAD_BYTES_AT_MOST)
    except BaseException:
        file.close()
        raise
    file.close()
    return SingleFile(data)


def _open_upload(path: str) -> BinaryIO:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        raise Misconfigured("The uploaded file is not there any more.", "Upload the manifests again.") from None
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size <= UPLOAD_BYTES_AT_MOST:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise Misconfigured(f"The upload is not a file of at most {UPLOAD_BYTES_AT_MOST:,} bytes.", "Upload less at once.")
