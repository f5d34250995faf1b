"""The data folder: made private, holding the secret key, and used by one running Portico at a time."""

import fcntl
import os
import secrets
from pathlib import Path

from portal import env
from portal.runtime.errors import CannotStart

_ADDRESS = "address"


def prepare(home: Path) -> None:
    """The folder exists and can be written; a new one is closed to other users, an existing one keeps its mode.

    As root a new folder may be passed through (not listed), because the database server below it runs under
    another account.
    """
    try:
        if not home.exists():
            home.parent.mkdir(parents=True, exist_ok=True)
            home.mkdir(mode=0o700)
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        probe = home / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The data folder {home} cannot be written ({error.strerror}): "
            "give this user the right to, or set PORTICO_HOME to another folder."
        ) from error


def write_private(path: Path, content: str) -> None:
    """``path`` holds ``content`` for its owner alone; a reader sees the old file or the new one, never a part."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def ensure_secret_key(home: Path) -> None:
    """Random keys stand in the folder, one that signs and one that seals, unless the environment brings its own."""
    for name, file in (("PORTICO_SECRET_KEY", env.SECRET_KEY_FILE), ("PORTICO_SECRETS_KEY", env.SECRETS_KEY_FILE)):
        path = home / file
        if not env.text(name) and not path.exists():
            write_private(path, secrets.token_urlsafe(48))


def note_address(home: Path, address: str) -> None:
    """Whoever has the folder finds where its Portico answers."""
    write_private(home / _ADDRESS, address)


def noted_address(home: Path) -> str:
    """Where the Portico of the folder answered last; empty when it never did."""
    try:
        return (home / _ADDRESS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


_open_locks: set[int] = set()


def _forget_locks_of_parent() -> None:
    for file in _open_locks:
        os.close(file)
    _open_locks.clear()


# A fork shares its parent's locks and would keep them when the parent is killed.
os.register_at_fork(after_in_child=_forget_locks_of_parent)


class FileLock:
    """A lock on a file that ends with its process, whatever ends that; a process forked off does not hold it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _open_locks.add(self._file)

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Whether the lock is held now; with ``wait`` it always is. A held lock changes between the two kinds."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def note(self, text: str) -> None:
        """Leave a line in the file for whoever finds it locked."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def noted(self) -> str:
        return self._path.read_text(encoding="utf-8").strip()

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        _open_locks.discard(self._file)
        os.close(self._file)
