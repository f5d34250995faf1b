"""Files that are whole or not there, for this user alone, and that tell when they were damaged. No loss at a power cut:
what ``write`` has returned from is on the disk."""

import hashlib
import os
from pathlib import Path

_DIGEST = 64


class Damaged(Exception):
    """A file is not what was written."""


def ensure_folder(folder: Path) -> Path:
    """The folder is there and nobody else can look into it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write(path: Path, content: bytes, *, is_lasting: bool = True) -> None:
    """The file has the content; its folder is to be told by ``settle`` that its name counts. One that is not lasting
    may be damaged after a power cut."""
    draft = path.with_name(f".{path.name}.new")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
        opened.flush()
        if is_lasting:
            os.fsync(file)
    draft.replace(path)


def settle(folder: Path) -> None:
    """The names in the folder are on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sealed(content: bytes) -> bytes:
    """The content with its SHA-256 in front, against damage (not against malice: who may write here may do all)."""
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def opened(path: Path, at_most: int) -> bytes:
    """The content of a file that was sealed; raises OSError and ``Damaged``."""
    with path.open("rb") as file:
        whole = file.read(at_most + 1)
    content = whole[_DIGEST + 1 :]
    if len(whole) > at_most or hashlib.sha256(content).hexdigest().encode() != whole[:_DIGEST]:
        raise Damaged(str(path))
    return content
