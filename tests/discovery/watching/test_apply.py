"""What a watch writes, and what it leaves as it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Service
from discovery.models import DiscoveredService, Run, Source, Watch
from discovery.runs.claim import LostLease
from discovery.watching import arrivals
from discovery.watching.lease import NotWanted
from tests.factories.rules import make_rule
from tests.factories.watched import apply_now, changed, claimed_watch, make_watched, run_now
from tests.fakes.place import Place

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("key", "state"))


def watched_at() -> dict[str, bool]:
    rows = DiscoveredService.objects.values_list("name", "watched_at")
    return {name: moment is not None for name, moment in rows}


def test_what_is_new_changed_and_gone_is_written_and_nothing_else(place: Place) -> None:
    place.show("payments", "cards", services=[{"name": "ledger", "namespace": "bank"}])
    source = make_watched(place)
    claimed = claimed_watch()
    cards = {"name": "cards", "version": "2"}
    applied = apply_now(claimed, changed(cards, "loans", scopes=["default"]))

    assert states() == {
        "default/payments": "missing",
        "default/cards": "new",
        "default/loans": "new",
        "bank/ledger": "new",
    }
    assert watched_at() == {"payments": True, "cards": True, "loans": True, "ledger": False}
    assert (applied.written, applied.is_run_under_way) == (3, False)
    watch = Watch.objects.get(source=source)
    assert (watch.applied_count, watch.applied_at is not None) == (3, True)


def test_a_batch_that_changes_nothing_writes_nothing(place: Place) -> None:
    place.show("payments", "cards")
    make_watched(place)
    claimed = claimed_watch()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert apply_now(claimed, changed("payments", "cards")).written == 0
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "COPY", "DELETE"))]
    assert [sql.split('"')[1] for sql in written] == ["discovery_watch"]


def test_what_comes_and_goes_without_end_does_not_fill_the_database(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "ARRIVALS_AT_MOST", 3)
    place.show("payments", "cards", "ledger", "loans", "rates")
    source = make_watched(place)
    claimed = claimed_watch()
    known = ("payments", "cards", "ledger", "loans", "rates")
    for number in range(3):
        apply_now(claimed, changed(*known, f"churned-{number}"))
    with pytest.raises(arrivals.TooMany):
        apply_now(claimed, changed(*known, "churned-3"))
    apply_now(claimed, changed("payments", *known[1:]))
    assert DiscoveredService.objects.count() == 8

    DiscoveredService.objects.update(first_seen_at=timezone.now() - timedelta(hours=2))
    apply_now(claimed, changed(*known, "later"))
    assert source.discovered_services.count() == 9


def test_a_batch_of_one_namespace_reads_that_of_the_source(place: Place) -> None:
    place.show(services=[{"name": f"s{number}", "namespace": f"n{number % 50}"} for number in range(500)])
    make_watched(place)
    claimed = claimed_watch()
    here = [{"name": f"s{number}", "namespace": "n7"} for number in range(7, 500, 50)]
    with CaptureQueriesContext(connection) as queries:
        apply_now(claimed, changed(*here, {"name": "new", "namespace": "n7"}, scopes=["n7"]))
    assert len(queries) < 30
    assert DiscoveredService.objects.filter(watched_at__isnull=False).count() == 1


def test_what_moves_to_another_namespace_stays_the_same_row(place: Place) -> None:
    place.show(services=[{"name": "payments", "identity": "pay"}])
    make_watched(place)
    claimed = claimed_watch()
    before = DiscoveredService.objects.get().pk
    apply_now(claimed, changed(scopes=["default"]))
    apply_now(claimed, changed({"name": "payments", "namespace": "bank", "identity": "pay"}, scopes=["bank"]))
    assert list(DiscoveredService.objects.values_list("pk", "key", "state")) == [(before, "bank/payments", "new")]


def test_what_a_rule_wants_published_is_pending(place: Place) -> None:
    make_rule(action="publish", publishes_unowned=True)
    make_watched(place)
    apply_now(claimed_watch(), changed("payments"))
    assert DiscoveredService.objects.get().is_pending
    assert not Service.objects.exists()


def test_a_watch_that_lost_its_lease_writes_nothing(place: Place) -> None:
    make_watched(place)
    lost = claimed_watch()
    claimed_watch("another")
    with pytest.raises(LostLease):
        apply_now(lost, changed("payments"))
    assert states() == {}


@pytest.mark.parametrize("change", [{"is_paused": True}, {"is_watched": False}, {"revision": 7}])
def test_a_source_that_is_not_to_be_watched_is_not_written(place: Place, change: dict) -> None:
    make_watched(place)
    claimed = claimed_watch()
    Source.objects.update(**change)
    with pytest.raises(NotWanted):
        apply_now(claimed, changed("payments"))
    assert states() == {}


def test_a_run_that_looked_before_leaves_what_the_watch_wrote(place: Place) -> None:
    place.show("payments", "cards", services=[{"name": "ledger", "identity": "led"}])
    source = make_watched(place)
    claimed = claimed_watch()
    apply_now(claimed, changed({"name": "payments", "version": "2"}, "new", {"name": "books", "identity": "led"}))
    # By then the run had begun, and it has listed what was there before.
    DiscoveredService.objects.filter(watched_at__isnull=False).update(watched_at=timezone.now() + timedelta(minutes=1))
    run_now(source)
    assert states() == {
        "default/payments": "new", "default/cards": "missing", "default/new": "new", "default/books": "new",
    }  # fmt: skip
    assert DiscoveredService.objects.get(name="payments").version == "2"

    DiscoveredService.objects.update(watched_at=timezone.now() - timedelta(minutes=1))
    run_now(source)
    assert states()["default/cards"] == "new"
    assert states()["default/new"] == "missing"


def test_a_batch_says_whether_a_run_is_under_way(place: Place) -> None:
    source = make_watched(place)
    claimed = claimed_watch()
    Run.objects.filter(source=source).update(state="running")
    assert apply_now(claimed, changed("payments")).is_run_under_way
