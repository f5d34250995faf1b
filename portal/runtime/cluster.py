"""One PostgreSQL data folder: where it lies, who owns it, how it is made and configured.

What was decided when it was made (folder, account, password) stands in a private file of the data folder and is never
decided again, so that a changed permission or account on the machine cannot move the data.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from portal import env
from portal.runtime import account as accounts
from portal.runtime import binaries
from portal.runtime import home as homes
from portal.runtime.account import Account
from portal.runtime.errors import CannotStart

ROLE = DATABASE = "portico"
# All four are trusted extensions; made here so that every database of the server has them from the beginning.
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "fuzzystrmatch")
# The kernel takes 107 bytes for a socket's path (103 on macOS), of which PostgreSQL uses up to 16 for the name.
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
LONGEST_SOCKET_FOLDER = 86


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder of PostgreSQL and how to reach the server on it."""

    home: Path
    folder: Path
    sockets: Path
    account: Account
    password: str = field(repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "start.log"

    @property
    def url(self) -> str:
        return env.socket_url(self.sockets, self.password)


def find(home: Path) -> Cluster | None:
    """The cluster that this data folder keeps, if it has one."""
    try:
        state = json.loads((home / env.DATABASE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    account = accounts.named(state["account"]) if state["account"] else accounts.current()
    return Cluster(home, home / state["folder"], home / state["sockets"], account, state["password"])


def create(home: Path, *, for_tests: bool = False) -> Cluster:
    """The data folder has a database of its own, with a role that is no superuser and the extensions in place.

    Interrupted anywhere, it begins again. ``for_tests`` lets the role make the databases of a test run.
    """
    cluster = find(home) or _plan(home)
    if cluster.data.exists():
        return cluster
    cluster.account.own_folder(cluster.folder)
    draft = cluster.folder / "data.part"
    shutil.rmtree(draft, ignore_errors=True)
    programs = binaries.programs_for(cluster.account)
    _initialise(cluster, programs, draft, durable=not for_tests)
    _single_user(cluster, programs, draft, _first_statements(cluster.password, for_tests))
    draft.rename(cluster.data)
    return cluster


def prepare_start(cluster: Cluster, *, durable: bool) -> Path:
    """Folder of sockets and configuration are as this version wants them; the programs' folder is returned."""
    programs = binaries.programs_for(cluster.account)
    _check_version(cluster)
    cluster.account.own_folder(cluster.sockets)
    _write(cluster, cluster.data / "postgresql.conf", _configuration(cluster.sockets, durable))
    _write(cluster, cluster.data / "pg_hba.conf", "local all all scram-sha-256\n")
    return programs


def _plan(home: Path) -> Cluster:
    account = accounts.server_account()
    key = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    folder = home / "postgres"
    if not account.can_reach(home):
        folder = binaries.SYSTEM_FOLDER / key
        binaries.SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
    if folder.joinpath("data").exists():
        raise CannotStart(
            f"{folder} holds a database, but {home / env.DATABASE_FILE} with its password is gone: "
            "put that file back, or move the folder away to begin with an empty database."
        )
    sockets = folder / "run"
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_FOLDER:
        sockets = _short_folder(account, key)
    cluster = Cluster(home, folder, sockets, account, secrets.token_urlsafe(24))
    state = {
        "folder": _written(folder, home),
        "sockets": _written(sockets, home),
        "account": account.name if account.switch else None,
        "password": cluster.password,
    }
    homes.write_private(home / env.DATABASE_FILE, json.dumps(state, indent=1))
    return cluster


def _written(path: Path, home: Path) -> str:
    """A place in the data folder is kept relative to it, so that the folder can be moved as a whole."""
    return str(path.relative_to(home) if path.is_relative_to(home) else path)


def _short_folder(account: Account, key: str) -> Path:
    """A folder whose path is short; `own_folder` refuses it at each start when somebody else has made it."""
    if account.switch:
        binaries.SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
        return binaries.SYSTEM_FOLDER / f"run-{key}"
    return Path(tempfile.gettempdir()) / f"portico-{account.uid}-{key}"


def _initialise(cluster: Cluster, programs: Path, data: Path, *, durable: bool) -> None:
    # The superuser's password is kept by nobody: the administrator of the machine needs none (single-user mode).
    password = cluster.folder / ".superuser"
    _write(cluster, password, secrets.token_urlsafe(32))
    try:
        _run(
            cluster,
            [programs / "initdb", "-D", data, "--username=postgres", f"--pwfile={password}", "--no-instructions",
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
             "--locale=C", "--sync-method=fsync" if durable else "--no-sync"],
        )  # fmt: skip
    finally:
        password.unlink(missing_ok=True)


def _first_statements(password: str, for_tests: bool) -> list[str]:
    attributes = f"LOGIN NOSUPERUSER NOCREATEROLE {'CREATEDB' if for_tests else 'NOCREATEDB'}"
    return [
        *(f"CREATE EXTENSION {extension}" for extension in EXTENSIONS),
        f"CREATE ROLE {ROLE} {attributes} PASSWORD '{password}'",
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
    ]


def _single_user(cluster: Cluster, programs: Path, data: Path, statements: list[str]) -> None:
    """Run statements as the superuser without a server, hence without a password or a socket."""
    command = [programs / "postgres", "--single", "-D", data, "-c", "exit_on_error=true", "template1"]
    _run(cluster, command, "".join(f"{statement}\n" for statement in statements))


def _run(cluster: Cluster, command: list, stdin: str | None = None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        check=False, capture_output=True, text=True, input=stdin, **cluster.account.popen_options,
    )  # fmt: skip
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise CannotStart(f"The database in {cluster.folder} could not be made: {lines[-1]}")


def _write(cluster: Cluster, path: Path, content: str) -> None:
    homes.write_private(path, content)
    if cluster.account.switch:
        os.chown(path, cluster.account.uid, cluster.account.gid)


def _check_version(cluster: Cluster) -> None:
    made_by = (cluster.data / "PG_VERSION").read_text(encoding="ascii").strip()
    here = binaries.major_version()
    if made_by != here:
        raise CannotStart(
            f"{cluster.data} was made by PostgreSQL {made_by} and this Portico brings {here}: save the data with the "
            "old version (pg_dump), move the folder away, and load it into the new one."
        )


def _shared_buffers() -> int:
    """Megabytes: an eighth of the memory, from 256 MB to 2 GB, taken only as they are used.

    A search in a large catalog goes through thousands of pages, and each that is not here is fetched by a system call.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if CONTAINER_LIMIT.exists() and (limit := CONTAINER_LIMIT.read_text(encoding="ascii").strip()).isdigit():
        memory = min(memory, int(limit))
    return min(max(memory // 8 // 2**20, 256), 2048)


def _configuration(sockets: Path, durable: bool) -> str:
    lines = [
        "# Written by Portico at each start.",
        "listen_addresses = ''",
        f"unix_socket_directories = '{str(sockets).replace(chr(39), chr(39) * 2)}'",
        "unix_socket_permissions = 0700",
        "max_connections = 100",
        f"shared_buffers = {_shared_buffers()}MB",
        "work_mem = 16MB",
        "maintenance_work_mem = 128MB",
        "effective_cache_size = 1GB",
        "random_page_cost = 1.1",
        "max_wal_size = 2GB",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        "logging_collector = on",
        "log_directory = 'log'",
        "log_filename = 'postgresql-%a.log'",
        "log_rotation_age = 1d",
        "log_truncate_on_rotation = on",
    ]
    if not durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    return "\n".join(lines) + "\n"
