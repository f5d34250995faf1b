"""Two workers at one source, each in its own thread and transaction."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from discovery.models import DiscoveredService, Run, Source
from discovery.runs.claim import Claimed, claim, claim_next, recover_lost
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from discovery.usecases.queue_run import queue_run
from tests.factories.discovery import ADMINISTRATOR
from tests.factories.scripted import make_scripted, services
from tests.workers import database_url, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted")]


@pytest.fixture
def _no_endless_waiting(transactional_db: None) -> Iterator[None]:
    """A claim that waited would wait for this very test."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


def at_once(call: Any, times: int = 4) -> list[Any]:
    barrier = Barrier(times)

    def run(_: int) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_of_several_workers_one_claims_a_source() -> None:
    source = make_scripted()
    enqueue(source, "test", timezone.now())
    claims = at_once(lambda: claim(source.pk, timezone.now()))

    assert sum(claimed is not None for claimed in claims) == 1
    assert Source.objects.get().generation == 1


@pytest.mark.usefixtures("_no_endless_waiting")
def test_nobody_waits_for_a_source_that_is_being_written() -> None:
    """Its lease may be over while its worker writes; the others go on with other sources."""
    busy, free = make_scripted("busy"), make_scripted("free")
    for source in (busy, free):
        enqueue(source, "test", timezone.now())
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT 1 FROM discovery_source WHERE id = %s FOR NO KEY UPDATE", [busy.pk])
        claimed = claim_next(timezone.now())
        assert recover_lost(timezone.now()) == 0

    assert claimed is not None
    assert claimed.source_id == free.pk


def test_of_several_who_ask_for_a_run_all_get_the_same() -> None:
    source = make_scripted()
    runs = at_once(lambda: queue_run(actor=ADMINISTRATOR, source=source, now=timezone.now()))

    assert len({run.pk for run in runs}) == Run.objects.count() == Source.objects.get().run_count == 1


def test_a_worker_that_was_only_slow_does_not_apply_after_another_did(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    source = make_scripted(steps=[*services("payments", version="old"), {"hold": str(gate)}])
    enqueue(source, "test", timezone.now())
    slow = claim(source.pk, timezone.now())
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work, slow)
        wait_until(gate.with_suffix(".reached").exists)
        Source.objects.update(
            lease_until=timezone.now() - timedelta(seconds=1),
            configuration={"steps": services("payments", version="new")},
        )
        source.refresh_from_db()
        enqueue(source, "test", timezone.now())
        work(claim(source.pk, timezone.now()))
        gate.touch()
        working.result(timeout=30)

    assert list(DiscoveredService.objects.values_list("version", flat=True)) == ["new"]
    assert dict(Run.objects.values_list("number", "state")) == {1: "failed", 2: "complete"}


def work(claimed: Claimed) -> None:
    try:
        execute(claimed)
    finally:
        connection.close()
