"""A real worker in a process of its own: killed in the middle of a task, and given a message cut off."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.workers import Workers, blocked_sessions, database_url, kill, wait_until

TASK = "accounts.tasks.purge_expired_sessions"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(tmp_path, "portico")
    yield workers
    workers.end()


def due_work() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).count()


def test_work_of_a_killed_worker_is_found_again_by_the_next_nudge(workers):
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT 1 FROM django_session FOR UPDATE")  # holds the task up in its middle
        workers.nudge(TASK)
        worker = workers.start()
        wait_until(lambda: blocked_sessions() != [])
        assert workers.messages() == []
        kill(worker)
        for (session,) in blocked_sessions():
            other.execute("SELECT pg_terminate_backend(%s)", [session])
    assert due_work() == 1
    workers.start()
    workers.nudge(TASK)
    wait_until(lambda: due_work() == 0)


def test_a_worker_sets_a_cut_off_message_aside_and_goes_on(workers, tmp_path):
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    queue = tmp_path / "broker" / "portico"
    queue.mkdir(parents=True)
    (queue / "00-empty.msg").write_bytes(b"")
    (queue / "01-cut-off.msg").write_bytes(b'{"body": "W10=", "content-type": "applica')
    workers.nudge(TASK)
    worker = workers.start()
    wait_until(lambda: due_work() == 0)
    assert worker.poll() is None
    aside = tmp_path / "broker" / "unreadable"
    assert sorted(path.name for path in aside.iterdir()) == ["00-empty.msg", "01-cut-off.msg"]
