"""A real worker is killed at each step of a run: what is stored is consistent, and the next run completes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from catalog.models import Service
from discovery.models import DiscoveredService, Run, Source
from discovery.runs.claim import recover_lost
from discovery.runs.queue import enqueue
from tests.factories.accounts import make_team
from tests.factories.rules import make_rule
from tests.factories.scripted import ALL, make_scripted, see, services
from tests.workers import (
    Workers,
    blocked_sessions,
    database_url,
    kill,
    kill_children,
    open_transactions,
    wait_until,
)

TASK = "discovery.tasks.work"
ADVISORY = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted")]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(tmp_path, "discovery", "tests.fakes.settings")
    yield workers
    workers.end()


@pytest.fixture
def source() -> Source:
    """Two services are known of; the next run sees one of them changed, one gone and a new one."""
    source = make_scripted()
    see(source, services("payments", "cards"))
    source.configuration = {"steps": services("payments", version="2") + services("mortgage")}
    source.save(update_fields=["configuration"])
    return source


BEFORE = {("payments", "", "new"), ("cards", "", "new")}
AFTER = {("payments", "2", "new"), ("cards", "", "missing"), ("mortgage", "", "new")}


def stored() -> set[tuple[str, str, str]]:
    return set(DiscoveredService.objects.values_list("name", "version", "state"))


def queue(source: Source) -> Run:
    source.refresh_from_db()
    return enqueue(source, "test", timezone.now())


def state_of(run: Run) -> tuple[str, str]:
    return Run.objects.values_list("state", "error_code").get(pk=run.pk)


def next_run_completes(workers: Workers, source: Source, lost: Run) -> None:
    run_again(workers, source, lost)
    assert stored() == AFTER
    assert list((workers.home / "spool").iterdir()) == []


def run_again(workers: Workers, source: Source, lost: Run) -> None:
    """Time passes until the lease is over; beat finds the lost run, and a worker does the next."""
    Source.objects.filter(pk=source.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert recover_lost(timezone.now()) == 1
    assert state_of(lost) == ("failed", "worker-lost")
    after = Run.objects.get(source=source, state="queued")
    workers.start()
    workers.nudge(TASK)
    wait_until(lambda: state_of(after) == ("complete", ""))
    assert Source.objects.values_list("lease_until", "lost_in_a_row").get(pk=source.pk) == (None, 0)


def killed_while_it_waits(workers: Workers, lock: str, *values: object) -> None:
    """A worker takes the nudge and is killed while it waits for the lock that this holds."""
    with psycopg.connect(database_url()) as other:
        other.execute(lock, values)
        worker = workers.start()
        workers.nudge(TASK)
        wait_until(lambda: blocked_sessions() != [])
        kill(worker)
    wait_until(lambda: blocked_sessions() == [])


def test_killed_while_it_claims(workers: Workers, source: Source) -> None:
    run = queue(source)
    killed_while_it_waits(workers, "SELECT 1 FROM discovery_run WHERE id = %s FOR UPDATE", run.pk)

    assert state_of(run) == ("queued", "")
    assert Source.objects.get(pk=source.pk).lease_until is None
    workers.start()
    workers.nudge(TASK)
    wait_until(lambda: state_of(run) == ("complete", ""))
    assert stored() == AFTER


def test_killed_while_it_observes(workers: Workers, source: Source, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    steps = [{"observe": {"name": "payments", "version": "2", "specification": "{}"}}, {"hold": str(gate)}]
    source.configuration = {"steps": [*steps, *services("mortgage"), ALL]}
    source.save(update_fields=["configuration"])
    run = queue(source)
    worker = workers.start()
    workers.nudge(TASK)
    wait_until(gate.with_suffix(".reached").exists)
    # Held up with its connector, it may tell how far it is, but leaves no transaction open.
    wait_until(lambda: open_transactions() == [])
    kill(worker)

    assert state_of(run) == ("running", "")
    assert stored() == BEFORE
    gate.touch()
    next_run_completes(workers, source, run)


def test_killed_before_it_compares(workers: Workers, source: Source) -> None:
    run = queue(source)
    killed_while_it_waits(
        workers, "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", f"discovery.source:{source.pk}"
    )

    assert stored() == BEFORE
    next_run_completes(workers, source, run)


def test_killed_while_it_applies(workers: Workers, source: Source) -> None:
    """The new service is written and the changed one waits for the lock: neither is there afterwards."""
    run = queue(source)
    killed_while_it_waits(workers, "SELECT 1 FROM discovery_discoveredservice WHERE name = 'payments' FOR UPDATE")

    assert stored() == BEFORE
    next_run_completes(workers, source, run)


def test_killed_while_it_publishes(workers: Workers, source: Source) -> None:
    """What a rule wants published is marked in the rows, and the next run goes on with it."""
    make_rule(selector={"sources": [source.name]}, action="publish", owner=make_team("payments").slug)
    run = queue(source)
    killed_while_it_waits(workers, ADVISORY, "discovery.publishing")

    assert set(DiscoveredService.objects.values_list("name", "version", "is_pending")) == {
        ("payments", "2", True),
        ("mortgage", "", True),
        ("cards", "", False),
    }
    assert Service.objects.count() == 0
    run_again(workers, source, run)
    assert set(Service.objects.values_list("slug", flat=True)) == {"payments", "mortgage"}


def test_a_killed_child_of_a_worker_is_replaced_and_its_run_found_again(
    workers: Workers, source: Source, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    source.configuration["steps"].insert(0, {"hold": str(gate)})
    source.save(update_fields=["configuration"])
    run = queue(source)
    worker = workers.start()
    workers.nudge(TASK)
    wait_until(gate.with_suffix(".reached").exists)
    kill_children(worker)
    gate.touch()

    next_run_completes(workers, source, run)
    assert worker.poll() is None
