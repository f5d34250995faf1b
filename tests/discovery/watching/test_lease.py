"""Who watches a source, and for how long."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from discovery.models import Source, Watch
from discovery.runs.claim import LostLease
from discovery.watching.lease import LEASE, claim_watch, keep_watch, release
from tests.factories.watched import KINDS, make_watched
from tests.fakes.place import Place
from tests.workers import database_url

pytestmark = pytest.mark.django_db


def test_a_source_that_a_run_has_read_is_claimed_once(place: Place) -> None:
    source = make_watched(place)
    claimed = claim_watch(KINDS, "here:1")
    watch = Watch.objects.get()

    assert (claimed.source_id, claimed.generation) == (source.pk, watch.generation) == (source.pk, 1)
    assert (watch.holder, watch.state) == ("here:1", "starting")
    assert abs(watch.lease_until - timezone.now() - LEASE) < timedelta(seconds=10)
    assert claim_watch(KINDS, "here:2") is None


@pytest.mark.parametrize("fields", [{"is_read": False}, {"is_paused": True}, {"is_watched": False}])
def test_what_is_not_to_be_watched_is_not(place: Place, fields: dict) -> None:
    make_watched(place, **fields)
    assert claim_watch(KINDS, "here:1") is None


def test_a_kind_that_cannot_be_watched_is_not(place: Place) -> None:
    make_watched(place)
    assert claim_watch(("manifests",), "here:1") is None


def test_what_failed_waits_for_its_time(place: Place) -> None:
    make_watched(place)
    claimed = claim_watch(KINDS, "here:1")
    release(claimed, retry_at=timezone.now() + timedelta(seconds=60))
    assert claim_watch(KINDS, "here:1") is None
    Watch.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert claim_watch(KINDS, "here:1") is not None


def test_a_lease_that_ran_out_is_taken_over(place: Place) -> None:
    make_watched(place)
    lost = claim_watch(KINDS, "here:1")
    Watch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    claimed = claim_watch(KINDS, "there:1")

    assert claimed.generation == lost.generation + 1
    with pytest.raises(LostLease):
        keep_watch(lost)
    assert not release(lost)
    keep_watch(claimed)


def test_what_is_released_is_free_and_written_no_more(place: Place) -> None:
    make_watched(place)
    released = claim_watch(KINDS, "here:1")
    assert release(released)
    with pytest.raises(LostLease):
        keep_watch(released)
    assert claim_watch(KINDS, "here:2") is not None


@pytest.mark.django_db(transaction=True)
def test_a_watch_in_a_long_transaction_keeps_its_source(place: Place) -> None:
    make_watched(place)
    lost = claim_watch(KINDS, "here:1")
    Watch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with psycopg.connect(database_url()) as slow:
        slow.execute("UPDATE discovery_watch SET lease_until = now() + interval '15 seconds'")
        # Its lease has run out, but it is writing at this moment: nobody waits for it, and nobody takes over.
        assert claim_watch(KINDS, "there:1") is None
    assert claim_watch(KINDS, "there:1") is None
    keep_watch(lost)


def test_the_revision_is_that_of_the_claim(place: Place) -> None:
    make_watched(place)
    Source.objects.update(revision=4)
    assert claim_watch(KINDS, "here:1").revision == 4
