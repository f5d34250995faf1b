"""What a watch believes to be gone, and what it leaves to a run and a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discovery.models import DiscoveredService, Run
from discovery.runs.queue import enqueue
from discovery.watching.losses import RECENT
from tests.factories.watched import apply_now, changed, claimed_watch, make_watched, run_now, run_queued
from tests.fakes.place import Place

pytestmark = pytest.mark.django_db


def names(count: int, start: int = 0) -> list[str]:
    return [f"s{number}" for number in range(start, count)]


def count(**fields: object) -> int:
    return DiscoveredService.objects.filter(**fields).count()


def test_an_empty_list_after_thousands_is_held_by_the_run_that_it_queues(place: Place) -> None:
    place.show(*names(5000))
    source = make_watched(place)
    claimed = claimed_watch()
    place.show()
    apply_now(claimed, changed())
    assert count(missing_since__isnull=False) == 0
    run = Run.objects.get(state="queued")
    assert (run.started_by, run.source) == ("watch", source)

    run_queued(source)
    run.refresh_from_db()
    assert (run.hold, run.hold_count, count(hold="held"), count(state="new")) == ("held", 5000, 5000, 5000)
    # From now on it is for a person.
    apply_now(claimed, changed())
    assert (count(hold="held"), Run.objects.filter(state="queued").count()) == (5000, 0)


def test_what_is_lost_bit_by_bit_is_taken_back_when_it_is_too_much_together(place: Place) -> None:
    place.show(*names(30))
    source = make_watched(place, loss_at_least=5, loss_percent=20)
    claimed = claimed_watch()
    for lost in (2, 4, 6):
        apply_now(claimed, changed(*names(30, lost)))
        assert count(state="missing") == lost
    apply_now(claimed, changed("new", *names(30, 8)))
    assert (count(state="missing"), count(name="new"), Run.objects.filter(state="queued").count()) == (0, 1, 1)
    # While the run has not decided nothing is believed.
    apply_now(claimed, changed("new", *names(30, 9)))
    assert count(state="missing") == 0

    place.show("new", *names(30, 9))
    run_queued(source)
    assert (count(hold="held"), Run.objects.latest("id").hold) == (9, "held")
    # Those that come back are there again, and the others wait.
    apply_now(claimed, changed("new", *names(30, 3)))
    assert (count(hold="held"), Run.objects.latest("id").hold) == (3, "held")
    apply_now(claimed, changed("new", *names(30)))
    assert (count(hold="held"), Run.objects.latest("id").hold) == (0, "")


def test_a_slow_loss_is_believed(place: Place) -> None:
    place.show(*names(30))
    make_watched(place, loss_at_least=5, loss_percent=20)
    claimed = claimed_watch()
    for lost in range(1, 21):
        apply_now(claimed, changed(*names(30, lost)))
        long_ago = timezone.now() - RECENT - timedelta(seconds=1)
        DiscoveredService.objects.filter(state="missing").update(missing_since=long_ago, watched_at=long_ago)
    assert (count(state="missing"), Run.objects.filter(state="queued").count()) == (20, 0)


def test_a_loss_that_the_run_does_not_see_was_none(place: Place) -> None:
    place.show(*names(30))
    source = make_watched(place)
    apply_now(claimed_watch(), changed())
    run_queued(source)
    assert (count(state="new"), count(hold="held")) == (30, 0)


def test_what_a_run_marked_missing_does_not_count(place: Place) -> None:
    place.show(*names(30))
    source = make_watched(place, loss_at_least=5, loss_percent=20)
    claimed = claimed_watch()
    place.show(*names(30, 5))
    run_now(source, by="schedule")
    apply_now(claimed, changed(*names(30, 8)))
    assert count(state="missing") == 8


def test_a_run_that_the_schedule_had_queued_decides_as_well(place: Place) -> None:
    place.show(*names(30))
    source = make_watched(place)
    queued = enqueue(source, "schedule", timezone.now())
    claimed = claimed_watch()
    place.show()
    apply_now(claimed, changed())
    assert list(Run.objects.filter(state="queued").values_list("pk", "started_by")) == [(queued.pk, "watch")]
    Run.objects.filter(pk=queued.pk).update(state="running")
    apply_now(claimed, changed(*names(30, 2)))
    assert count(state="missing") == 0
    assert Run.objects.filter(state="queued").count() == 1
