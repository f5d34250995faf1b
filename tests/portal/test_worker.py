"""A real worker in a process of its own: killed in the middle of a task, and given a message cut off."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from celery import Celery
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
TASK = "accounts.tasks.purge_expired_sessions"

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    started = []
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTICO_HOME": str(tmp_path),
    }

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "celery", "--app", "portal", "worker", "--concurrency", "1"]
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        kill(worker)


def kill(worker: subprocess.Popen) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)


@pytest.fixture
def nudge(tmp_path: Path) -> Callable[[], None]:
    sender = Celery("tests", broker="folder://", set_as_current=False)
    sender.conf.broker_transport_options = {"folder": str(tmp_path / "broker")}
    sender.conf.task_default_queue = "portico"
    return lambda: sender.send_task(TASK)


def due_work() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).count()


def blocked_sessions() -> list[tuple[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchall()


def messages(home: Path) -> list[Path]:
    return list((home / "broker" / "portico").glob("*.msg"))


def test_work_of_a_killed_worker_is_found_again_by_the_next_nudge(start_worker, nudge, tmp_path):
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT 1 FROM django_session FOR UPDATE")  # holds the task up in its middle
        nudge()
        worker = start_worker()
        wait_until(lambda: blocked_sessions() != [])
        assert messages(tmp_path) == []
        kill(worker)
        for (session,) in blocked_sessions():
            other.execute("SELECT pg_terminate_backend(%s)", [session])
    assert due_work() == 1
    start_worker()
    nudge()
    wait_until(lambda: due_work() == 0)


def test_a_worker_sets_a_cut_off_message_aside_and_goes_on(start_worker, nudge, tmp_path):
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    queue = tmp_path / "broker" / "portico"
    queue.mkdir(parents=True)
    (queue / "00-empty.msg").write_bytes(b"")
    (queue / "01-cut-off.msg").write_bytes(b'{"body": "W10=", "content-type": "applica')
    nudge()
    worker = start_worker()
    wait_until(lambda: due_work() == 0)
    assert worker.poll() is None
    aside = tmp_path / "broker" / "unreadable"
    assert sorted(path.name for path in aside.iterdir()) == ["00-empty.msg", "01-cut-off.msg"]
