"""The Unix account that PostgreSQL runs under.

PostgreSQL refuses to run as root. A process of root therefore starts it under a system account, and nothing outside
the data folder is opened up for that account: what it cannot reach is put where it can.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.runtime.errors import CannotStart

# One of our own first; then the one a PostgreSQL package made.
KNOWN_ACCOUNTS = ("portico", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. ``switch`` is false when that is simply the user who runs this process."""

    uid: int
    gid: int
    name: str
    switch: bool

    @property
    def popen_options(self) -> dict:
        """What `subprocess` needs to run a program under this account and with nothing of root's."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/", "umask": 0o077}

    def can_reach(self, path: Path) -> bool:
        """Whether the account may pass through every folder down to ``path``, asked of the system itself."""
        if not self.switch:
            return True
        check = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(check, check=False, **self.popen_options).returncode == 0

    def own_folder(self, path: Path) -> None:
        """``path`` is a folder of this account that no other user may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if self.switch and found.st_uid == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        elif found.st_uid != self.uid:
            raise CannotStart(
                f"{path} belongs to another user (number {found.st_uid}): "
                "run Portico as that user, or set PORTICO_HOME to another folder."
            )
        path.chmod(0o700)


def current() -> Account:
    return Account(os.geteuid(), os.getegid(), str(os.geteuid()), switch=False)


def named(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(entry.pw_uid, entry.pw_gid, name, switch=True)


def server_account() -> Account:
    """The account for a new server: this user, or for root a system account, made when there is none."""
    if os.geteuid() != 0:
        return current()
    for name in KNOWN_ACCOUNTS:
        try:
            return named(name)
        except KeyError:
            continue
    return _make_account(KNOWN_ACCOUNTS[0])


def _make_account(name: str) -> Account:
    useradd = shutil.which("useradd")
    if useradd is None:
        raise CannotStart(
            f"PostgreSQL does not run as root: make a system account named {name}, "
            "run Portico as another user, or set DATABASE_URL."
        )
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group",
         "--shell", "/usr/sbin/nologin", name],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if made.returncode != 0:
        raise CannotStart(
            f"The system account {name} for PostgreSQL could not be made ({made.stderr.strip()}): "
            "make it yourself, run Portico as another user, or set DATABASE_URL."
        )
    return named(name)
