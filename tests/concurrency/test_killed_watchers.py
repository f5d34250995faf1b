"""Real watchers are killed at each step: the next takes over, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from discovery.models import DiscoveredService, Source, Watch
from tests.factories.watched import make_watched
from tests.fakes.place import Place
from tests.workers import ROOT, blocked_sessions, database_url, kill, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[[], subprocess.Popen]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `manage.py watch`; what still runs at the end is killed."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "tests.fakes.settings",
            "PORTICO_HOME": str(tmp_path),
        }
        command = [sys.executable, "manage.py", "watch"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True))
        return started[-1]

    yield start
    for one in started:
        kill(one)


@pytest.fixture
def source(place: Place) -> Source:
    place.show("payments", "cards")
    return make_watched(place)


def stored() -> dict[str, str]:
    rows = list(DiscoveredService.objects.values_list("name", "state"))
    assert len(rows) == len(dict(rows))
    return dict(rows)


def watch() -> Watch:
    return Watch.objects.get()


def lease_runs_out() -> None:
    Watch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def killed_while_it_waits(start: Start, lock: str, *values: object) -> None:
    """A watcher is killed while it waits for the lock that this holds."""
    with psycopg.connect(database_url()) as other:
        other.execute(lock, values)
        one = start()
        wait_until(lambda: blocked_sessions() != [])
        kill(one)
    wait_until(lambda: blocked_sessions() == [])


def another_takes_over(start: Start, place: Place) -> None:
    generation = watch().generation
    place.show("payments", "ledger")
    start()
    if watch().lease_until is not None:
        lease_runs_out()
    wait_until(lambda: stored() == {"payments": "new", "cards": "missing", "ledger": "new"})
    wait_until(lambda: watch().state == "live")
    assert watch().generation > generation


def test_killed_while_it_claims(start: Start, place: Place, source: Source) -> None:
    # The new row of the watch waits for the source that it is of.
    killed_while_it_waits(start, "SELECT 1 FROM discovery_source WHERE id = %s FOR UPDATE", source.pk)
    assert watch().lease_until is None
    start()
    wait_until(lambda: Watch.objects.filter(state="live").exists())
    place.show("payments", "cards", "ledger")
    wait_until(lambda: "ledger" in stored())


def test_killed_before_it_applies_the_first_time(start: Start, place: Place, source: Source) -> None:
    place.show("payments", "cards", "loans")
    lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
    killed_while_it_waits(start, lock, f"discovery.source:{source.pk}")
    assert stored() == {"payments": "new", "cards": "new"}
    assert (watch().state, watch().applied_count) == ("starting", 0)
    another_takes_over(start, place)


def test_killed_while_it_applies(start: Start, place: Place, source: Source) -> None:
    """The new service is written and the one that is gone waits for the lock: neither is so afterwards."""
    place.show("payments", "ledger")
    lock = "SELECT 1 FROM discovery_discoveredservice WHERE name = 'cards' FOR UPDATE"
    killed_while_it_waits(start, lock)
    assert stored() == {"payments": "new", "cards": "new"}
    another_takes_over(start, place)


def test_killed_while_it_is_live(start: Start, place: Place, source: Source) -> None:
    one = start()
    wait_until(lambda: Watch.objects.filter(state="live").exists())
    place.show("payments", "cards", "loans")
    wait_until(lambda: "loans" in stored())
    kill(one)
    assert watch().lease_until > timezone.now()
    place.show("payments", "ledger")
    start()
    lease_runs_out()
    wait_until(lambda: stored() == {"payments": "new", "cards": "missing", "loans": "missing", "ledger": "new"})


def test_two_watchers_share_the_work_and_never_a_source(start: Start, tmp_path: Path, place: Place) -> None:
    places = [Place(tmp_path / f"place-{number}") for number in range(6)]
    for one in places:
        one.show("payments")
        make_watched(one)
    start()
    start()
    wait_until(lambda: Watch.objects.filter(state="live").count() == 6)
    for one in places:
        one.show("payments", "cards")
    wait_until(lambda: DiscoveredService.objects.filter(name="cards").count() == 6)
    assert set(Watch.objects.values_list("generation", flat=True)) == {1}


def test_asked_to_stop_it_ends_at_once_and_leaves_the_source_free(start: Start, place: Place, source: Source) -> None:
    one = start()
    wait_until(lambda: Watch.objects.filter(state="live").exists())
    began = time.monotonic()
    one.send_signal(signal.SIGTERM)
    assert one.wait(timeout=10) == 0
    assert time.monotonic() - began < 4
    assert (watch().lease_until, watch().state, watch().holder) == (None, "starting", "")


def test_asked_to_stop_it_does_not_wait_for_a_lock(start: Start, place: Place, source: Source) -> None:
    one = start()
    wait_until(lambda: Watch.objects.filter(state="live").exists())
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"discovery.source:{source.pk}"])
        place.show("payments")
        wait_until(lambda: blocked_sessions() != [])
        one.send_signal(signal.SIGTERM)
        assert one.wait(timeout=10) == 0
    assert (watch().lease_until, stored()) == (None, {"payments": "new", "cards": "new"})


def test_a_watcher_whose_database_goes_away_claims_again(start: Start, place: Place, source: Source) -> None:
    start()
    wait_until(lambda: Watch.objects.filter(state="live").exists())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    place.show("payments", "cards", "ledger")
    wait_until(lambda: "ledger" in stored())
    assert watch().generation > 1
