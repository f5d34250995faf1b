"""The embedded PostgreSQL server: started by its first user, stopped by the last one to leave.

Users (the running Portico, a command, a test run) hold a shared lock on one file for as long as they live; starting and
stopping happen under an exclusive lock on another. A lock ends with its process, so a killed user is no user, and a
server that nobody stopped is adopted by the next one.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import env
from portal.runtime import cluster as clusters
from portal.runtime import home as homes
from portal.runtime.cluster import Cluster
from portal.runtime.errors import CannotStart
from portal.runtime.home import FileLock
from portal.runtime.processes import command_line, exists

# Recovery after a crash replays what was written since the last checkpoint; minutes are possible.
START_SECONDS = 900
STOP_SECONDS = 120
# How long the sessions of a killed server may take to notice.
LEFTOVER_SECONDS = 60
# Below this nobody waits long enough to ask what is going on.
QUIET_SECONDS = 3


class Server:
    """A hold on the server of one data folder; `url` connects to it until `release`."""

    def __init__(
        self,
        home: Path,
        *,
        for_tests: bool = False,
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
    ) -> None:
        homes.prepare(home)
        self._for_tests = for_tests
        self._tell = tell
        self._turn = FileLock(home / "postgres.turn")
        self._users = FileLock(home / "postgres.users")
        self._home = home
        self.cluster = self._join()

    @property
    def url(self) -> str:
        return self.cluster.url

    def release(self) -> None:
        """This user has left; the server has stopped if it was the last one."""
        self._turn.take()
        self._users.release()
        if self._users.take(wait=False):
            stop(self.cluster)
        self._users.close()
        self._turn.close()

    def _join(self) -> Cluster:
        if not self._turn.take(wait=False):
            self._tell("Another command starts or stops PostgreSQL; waiting for it.")
            self._turn.take()
        try:
            if clusters.find(self._home) is None:
                self._tell("Making the database; this takes a few seconds and happens once.")
            cluster = clusters.create(self._home, for_tests=self._for_tests)
            if not is_answering(cluster):
                start(cluster, durable=not self._for_tests, tell=self._tell)
            self._users.take(shared=True)
            return cluster
        finally:
            self._turn.release()


@contextmanager
def embedded(home: Path, **options: bool) -> Iterator[Server]:
    """The server of ``home`` runs inside the block."""
    server = Server(home, **options)
    try:
        yield server
    finally:
        server.release()


@contextmanager
def for_this_process() -> Iterator[None]:
    """The database that the settings will name answers inside the block; with DATABASE_URL nothing is touched."""
    if env.text("DATABASE_URL"):
        yield
        return
    with embedded(env.home()):
        yield


def is_answering(cluster: Cluster) -> bool:
    """Whether the server of this data folder accepts connections now."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(cluster.sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return _state(cluster) == "ready"


def start(cluster: Cluster, *, durable: bool, tell: Callable[[str], None]) -> None:
    """The server accepts connections. What a killed one left behind does not stand in the way."""
    programs = clusters.prepare_start(cluster, durable=durable)
    began = told = time.monotonic()
    launcher: subprocess.Popen | None = None
    try:
        while not is_answering(cluster):
            launcher = _launch_if_needed(
                cluster, programs, launcher, patient=time.monotonic() - began < LEFTOVER_SECONDS
            )
            if time.monotonic() - began > START_SECONDS:
                raise CannotStart(f"PostgreSQL did not become ready in {START_SECONDS} s: see {cluster.data / 'log'}.")
            if time.monotonic() - told > QUIET_SECONDS:
                told = time.monotonic()
                tell(f"PostgreSQL is starting; after a crash it recovers its data first ({told - began:.0f} s).")
            time.sleep(0.02)
    except BaseException:
        stop(cluster)
        raise
    finally:
        if launcher is not None:
            launcher.wait()


def stop(cluster: Cluster) -> None:
    """No server runs on the data folder; open sessions are ended and everything is on disk."""
    process = _postmaster(cluster)
    if process is None:
        return
    # SIGINT is PostgreSQL's «fast» shutdown.
    os.kill(process, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while str(cluster.data) in command_line(process):
        if time.monotonic() > deadline:
            raise CannotStart(f"PostgreSQL (process {process}) did not stop in {STOP_SECONDS} s.")
        time.sleep(0.02)


def _launch_if_needed(
    cluster: Cluster, programs: Path, launcher: subprocess.Popen | None, *, patient: bool
) -> subprocess.Popen | None:
    """Start a server process when none lives; `pg_ctl` puts it into a session of its own, away from Ctrl-C."""
    if launcher is not None:
        if launcher.poll() in (None, 0):
            return launcher
        reason = _last_error(cluster)
        # Sessions of a killed server end by themselves, a busy one only after its statement.
        if not (patient and "shared memory" in reason):
            raise CannotStart(f"PostgreSQL could not be started: {reason} (see {cluster.folder}).")
    if _postmaster(cluster) is not None:
        return None
    _drop_left_locks(cluster)
    command = [
        programs / "pg_ctl",
        "start",
        "--wait",
        f"--timeout={START_SECONDS}",
        "-D",
        cluster.data,
        "-l",
        cluster.log,
    ]
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        **cluster.account.popen_options,
    )  # fmt: skip


def _last_error(cluster: Cluster) -> str:
    """What the server said last: before its log was open in one file, afterwards in the day's."""
    files = [cluster.log, *(cluster.data / "log").glob("*.log")]
    newest = max((file for file in files if file.exists()), key=lambda file: file.stat().st_mtime, default=None)
    lines = newest.read_text(encoding="utf-8", errors="replace").splitlines() if newest else []
    errors = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return (errors or lines or ["it left no message"])[-1]


def _lock_holder(cluster: Cluster) -> int | None:
    """The number of the process that the data folder's lock file names; it may be long gone."""
    try:
        return int((cluster.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _postmaster(cluster: Cluster) -> int | None:
    """The process that serves this data folder, if it lives."""
    process = _lock_holder(cluster)
    if process is None or str(cluster.data) not in command_line(process):
        return None
    return process


def _drop_left_locks(cluster: Cluster) -> None:
    """No server of this folder lives, but after a crash the number in its lock files may belong to any other program,
    or to the killed server's remains in a container where nobody collects them; PostgreSQL would give up at either.
    A number of no process is left for PostgreSQL to judge, and whether sessions of the old server live it sees from
    their shared memory."""
    process = _lock_holder(cluster)
    if process is not None and exists(process):
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)
    for lock in cluster.sockets.glob(".s.PGSQL.*.lock"):
        lock.unlink()


def _state(cluster: Cluster) -> str:
    """What the server says of itself: starting, ready, stopping."""
    try:
        return (cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7].strip()
    except (FileNotFoundError, IndexError):
        return ""
