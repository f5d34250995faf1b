"""Real Celery workers in processes of their own, on the test run's database and a broker in a folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

from celery import Celery
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the test run's own database, for other processes."""
    found = connection.settings_dict
    place = {"host": found["HOST"]} | ({"port": found["PORT"]} if found["PORT"] else {})
    return f"postgres://{quote(found['USER'])}:{quote(found['PASSWORD'])}@/{found['NAME']}?{urlencode(place)}"


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def blocked_sessions() -> list[tuple[int]]:
    """Database sessions that wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchall()


def open_transactions() -> list[tuple[int]]:
    """Other sessions of the database that are in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' AND xact_start IS NOT NULL"
        )
        return cursor.fetchall()


class Workers:
    """Starts workers of one queue on one data folder, and sends them messages; ``end`` kills what still runs."""

    def __init__(self, home: Path, queue: str, settings: str = "portal.settings") -> None:
        self.home = home
        self._queue = queue
        self._settings = settings
        self._started: list[subprocess.Popen] = []
        self._sender = Celery("tests", broker="folder://", set_as_current=False)
        self._sender.conf.broker_transport_options = {"folder": str(home / "broker")}
        self._sender.conf.task_default_queue = queue

    def start(self) -> subprocess.Popen:
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": self._settings,
            "PORTICO_HOME": str(self.home),
        }
        command = [
            sys.executable, "-m", "celery", "--app", "portal", "worker", "--concurrency", "1", "--queues", self._queue,
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        self._started.append(worker)
        return worker

    def nudge(self, task: str) -> None:
        self._sender.send_task(task)

    def messages(self) -> list[Path]:
        return list((self.home / "broker" / self._queue).glob("*.msg"))

    def end(self) -> None:
        for worker in self._started:
            kill(worker)
        self._sender.close()


def kill(worker: subprocess.Popen) -> None:
    """The worker and its children are gone, without a chance to say anything."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)


def kill_children(worker: subprocess.Popen) -> None:
    """The processes in which the worker runs its tasks are gone; the worker itself is not."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(worker.pid)], check=True, capture_output=True, text=True)
    for child in listed.stdout.split():
        os.kill(int(child), signal.SIGKILL)
