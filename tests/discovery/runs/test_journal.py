"""What a run's row tells while it is under way."""

import pytest
from django.utils import timezone

from discovery.models import Run, Source
from discovery.runs.claim import Claimed, LostLease, claim
from discovery.runs.journal import Journal
from discovery.runs.queue import enqueue
from tests.factories.scripted import make_scripted

pytestmark = pytest.mark.django_db


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def claimed() -> Claimed:
    source = make_scripted()
    enqueue(source, "test", timezone.now())
    claimed = claim(source.pk, timezone.now())
    assert claimed is not None
    return claimed


def told(claimed: Claimed) -> list[tuple]:
    run = Run.objects.get(pk=claimed.run_id)
    return [(step["name"], step["state"], step["count"], step["total"]) for step in run.phases]


def test_steps_of_the_connector_come_before_those_of_every_run(claimed: Claimed) -> None:
    journal = Journal(claimed)
    journal.begin("Read manifests", 40)
    journal.reach(12)
    journal.begin("Evaluate selectors")
    journal.advance()
    journal.write()

    assert told(claimed) == [
        ("Read manifests", "done", 12, 40),
        ("Evaluate selectors", "running", 1, None),
        ("Apply", "waiting", 0, None),
        ("Publish", "waiting", 0, None),
    ]
    assert Run.objects.get(pk=claimed.run_id).phase == "Evaluate selectors"


def test_a_step_with_a_fault_is_partial(claimed: Claimed) -> None:
    journal = Journal(claimed)
    journal.begin("Read")
    journal.fault()
    journal.begin("Apply")

    assert [state for _, state, _, _ in told(claimed)] == ["partial", "running", "waiting"]


def test_it_writes_at_most_once_a_second(claimed: Claimed) -> None:
    clock = Clock()
    journal = Journal(claimed, clock)
    written = []
    for tenth in range(35):
        clock.now = tenth / 10
        written.append(journal.tick())

    assert written.count(True) == 3


def test_a_sign_of_life_keeps_the_lease(claimed: Claimed) -> None:
    clock = Clock()
    journal = Journal(claimed, clock)
    before = Source.objects.get(pk=claimed.source_id).lease_until
    clock.now = 6
    journal.tick()

    assert Source.objects.get(pk=claimed.source_id).lease_until > before


def test_a_worker_that_lost_its_lease_writes_nothing(claimed: Claimed) -> None:
    journal = Journal(claimed)
    Run.objects.filter(pk=claimed.run_id).update(generation=claimed.generation + 1)
    with pytest.raises(LostLease):
        journal.begin("Read")

    assert told(claimed) == []
