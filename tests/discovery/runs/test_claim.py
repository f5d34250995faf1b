"""Who works at a source, and what becomes of runs whose worker has disappeared."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discovery.models import Run, Source
from discovery.runs.claim import LEASE, LostLease, claim, claim_next, keep, recover_lost
from discovery.runs.queue import enqueue
from tests.factories.scripted import make_scripted

pytestmark = pytest.mark.django_db


def queue(source: Source, started_by: str = "test") -> Run:
    source.refresh_from_db()
    return enqueue(source, started_by, timezone.now())


def lease_runs_out(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_claim_takes_the_queued_run_for_the_time_of_a_lease() -> None:
    source = make_scripted()
    run = queue(source)
    now = timezone.now()
    claimed = claim(source.pk, now)

    run.refresh_from_db()
    source.refresh_from_db()
    assert (claimed.run_id, claimed.generation) == (run.pk, source.generation)
    assert (run.state, run.generation, run.started_at) == ("running", source.generation, now)
    assert abs(source.lease_until - now - LEASE) < timedelta(seconds=30)


def test_nobody_else_claims_while_the_lease_is_live() -> None:
    source = make_scripted()
    queue(source)
    claim(source.pk, timezone.now())
    queue(source)
    assert claim(source.pk, timezone.now()) is None
    assert claim_next(timezone.now()) is None


def test_without_a_queued_run_nothing_is_claimed_or_changed() -> None:
    source = make_scripted()
    assert claim(source.pk, timezone.now()) is None
    assert Source.objects.values_list("generation", "lease_until").get() == (0, None)


def test_the_run_that_waits_the_longest_comes_first() -> None:
    first, second = queue(make_scripted()), queue(make_scripted())
    assert [claim_next(timezone.now()).run_id for _ in range(2)] == [first.pk, second.pk]
    assert claim_next(timezone.now()) is None


def test_a_claim_ends_the_run_that_lost_its_worker() -> None:
    source = make_scripted()
    lost = queue(source)
    before = claim(source.pk, timezone.now())
    after = queue(source)
    lease_runs_out(source)
    claimed = claim(source.pk, timezone.now())

    lost.refresh_from_db()
    assert (lost.state, lost.error_code) == ("failed", "worker-lost")
    assert (claimed.run_id, claimed.generation) == (after.pk, before.generation + 1)
    with pytest.raises(LostLease):
        keep(before)
    keep(claimed)


def test_a_lost_run_is_queued_again_for_who_wanted_it() -> None:
    source = make_scripted()
    queue(source, "Ada")
    claim(source.pk, timezone.now())
    assert recover_lost(timezone.now()) == 0
    lease_runs_out(source)
    assert recover_lost(timezone.now()) == 1
    assert recover_lost(timezone.now()) == 0

    again = Run.objects.get(state="queued")
    assert (again.number, again.started_by) == (2, "Ada")


def test_after_three_lost_runs_in_a_row_it_waits_for_the_schedule() -> None:
    source = make_scripted(schedule_seconds=900)
    queue(source)
    now = timezone.now()
    for _ in range(4):
        assert claim(source.pk, now) is not None
        lease_runs_out(source)
        recover_lost(now)

    source.refresh_from_db()
    assert not Run.objects.filter(state="queued").exists()
    assert (source.lost_in_a_row, source.due_at) == (4, now + timedelta(seconds=900))


def test_a_source_that_is_paused_meanwhile_is_not_queued_again() -> None:
    source = make_scripted()
    queue(source)
    assert claim(source.pk, timezone.now()) is not None
    lease_runs_out(source)
    Source.objects.filter(pk=source.pk).update(is_paused=True)

    assert recover_lost(timezone.now()) == 1
    assert list(Run.objects.values_list("state", flat=True)) == ["failed"]
