"""A watch from its claim to its end, in a thread of this process."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Service
from common.secrets import seal
from discovery.models import DiscoveredService, Run, Source, Watch
from discovery.runs.moment import database_now
from discovery.watching import follow, process, signs
from discovery.watching.lease import claim_watch
from discovery.watching.process import Watchers, watch
from tests.discovery.stored import everything_stored
from tests.factories.rules import make_rule
from tests.factories.watched import KINDS, changed, claimed_watch, make_watched
from tests.fakes.place import Place, Watched
from tests.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Starts watching in a thread, which has ended with the test."""
    monkeypatch.setattr(signs, "SIGN_SECONDS", 0.1)
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)
    stop = threading.Event()
    thread = threading.Thread(target=lambda: Watchers().run(stop))
    yield thread.start
    stop.set()
    if thread.ident:
        thread.join(10)
        assert not thread.is_alive()


def names() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "state"))


def row() -> Watch:
    return Watch.objects.get()


def is_live() -> bool:
    return Watch.objects.filter(state="live").exists()


def test_it_is_live_once_all_is_applied_and_follows_each_change(place: Place, watching: Callable[[], None]) -> None:
    place.show("payments")
    source = make_watched(place)
    place.show("payments", "cards", gaps=["Leases of the namespace bank are not watched."])
    watching()
    wait_until(is_live)
    assert names() == {"payments": "new", "cards": "new"}
    wait_until(lambda: row().streams == 3)
    assert (row().streams_open, row().gaps) == (2, ["Leases of the namespace bank are not watched."])

    seen_before = Source.objects.get(pk=source.pk).seen_at
    place.show("payments", "ledger")
    place.wait()
    assert names() == {"payments": "new", "cards": "missing", "ledger": "new"}
    wait_until(lambda: Source.objects.get(pk=source.pk).seen_at > seen_before)
    assert row().heard_at is not None


def test_while_something_is_not_followed_the_source_is_not_said_to_be_seen(
    place: Place, watching: Callable[[], None]
) -> None:
    place.show(gaps=["Something."])
    source = make_watched(place)
    watching()
    wait_until(is_live)
    heard = row().heard_at
    wait_until(lambda: row().heard_at > heard)
    assert Source.objects.get(pk=source.pk).seen_at == source.seen_at


def test_what_is_written_is_passed_on_to_those_who_fetch(
    place: Place, watching: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(follow, "sources_due", lambda: True)
    monkeypatch.setattr(follow, "nudge_fetching", lambda: told.append("fetch"))
    make_watched(place)
    place.show("payments")
    watching()
    wait_until(lambda: told == ["fetch"])


def test_what_a_rule_wants_is_published(place: Place, watching: Callable[[], None]) -> None:
    make_rule(action="publish", publishes_unowned=True)
    make_watched(place)
    watching()
    wait_until(is_live)
    place.show("payments")
    wait_until(lambda: Service.objects.filter(slug="payments").exists())


@pytest.mark.parametrize("change", [{"is_paused": True}, {"is_watched": False}])
def test_it_ends_soon_when_it_is_not_to_watch(
    place: Place, watching: Callable[[], None], change: dict[str, bool]
) -> None:
    make_watched(place)
    watching()
    wait_until(is_live)
    Source.objects.update(**change)
    wait_until(lambda: row().lease_until is None)
    assert (row().state, row().error_code) == ("starting", "")


def test_it_begins_again_when_what_it_looks_at_is_another(
    place: Place, tmp_path: Any, watching: Callable[[], None]
) -> None:
    source = make_watched(place)
    watching()
    wait_until(is_live)
    other = Place(tmp_path / "other")
    other.show("cards")
    Source.objects.filter(pk=source.pk).update(revision=1, configuration={"place": str(other.path)})
    wait_until(lambda: names() == {"cards": "new"})


def test_a_refusal_waits_for_somebody_and_tells_no_secret(
    place: Place, settings: Any, capfd: pytest.CaptureFixture
) -> None:
    source = make_watched(place)
    sealed = seal("s3cret-of-it", place=f"discovery.source:{source.name}:token", keys=settings.PORTICO_SECRETS_KEYS)
    Source.objects.update(secrets={"token": sealed})
    place.show(**{"raise": "telling"})
    watch(claimed_watch(), threading.Event())

    assert (row().state, row().error_code, row().lease_until) == ("refused", "refused", None)
    assert row().error_message.startswith("The place refused the token")
    assert timedelta(seconds=200) < row().retry_at - timezone.now() < timedelta(seconds=400)
    assert claim_watch(KINDS, "test") is None
    assert not [where for where, value in everything_stored() if b"s3cret" in value]
    assert "s3cret" not in capfd.readouterr().err


def test_what_may_pass_by_itself_is_tried_less_and_less_often(place: Place) -> None:
    make_watched(place)
    place.show(**{"raise": "unreachable"})
    waits = []
    for _ in range(12):
        watch(claimed_watch(), threading.Event())
        assert (row().state, row().error_message) == ("waiting", "The place did not answer.")
        waits.append((row().retry_at - database_now()).total_seconds())
    assert 0.5 < waits[0] < 1.5
    assert 3 < waits[2] < 5
    assert 250 < waits[-1] < 370

    place.show("payments")
    Watch.objects.update(retry_at=None)
    claimed = claim_watch(KINDS, "test")
    Watch.objects.update(live_since=timezone.now() - timedelta(minutes=2))
    place.show(**{"raise": "unreachable"})
    watch(claimed, threading.Event())
    assert row().failures == 1


def test_a_mistake_of_a_connector_is_no_end_of_the_process(
    place: Place, watching: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_watched(place)
    seen = [[changed({"name": "x", "key": ""})], ["odd"], [], None]
    for told in seen:
        monkeypatch.setattr(Watched, "watch", lambda *_, told=told: iter(told))
        watch(claimed_watch(), threading.Event())
        assert row().lease_until is None
        assert row().error_code in ("connector-error", "watch-ended")
    assert names() == {}


def test_a_mistake_of_ours_is_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_watched(place)
    monkeypatch.setattr("discovery.watching.follow.apply_batch", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR):
        watch(claimed_watch(), threading.Event())
    assert (row().state, row().error_code) == ("waiting", "internal-error")
    assert "ZeroDivisionError" in caplog.text


def test_what_a_run_undoes_meanwhile_is_put_right_when_it_has_ended(place: Place, watching: Callable[[], None]) -> None:
    """Nothing has changed for the watch, so it wrote nothing; but the run looked at a moment in between."""
    place.show("payments")
    source = make_watched(place)
    Run.objects.filter(source=source).update(state="running")
    watching()
    wait_until(is_live)
    place.show("payments", services=[{"name": "cards", "namespace": "bank"}])
    wait_until(lambda: "cards" in names())
    # What the run found when it looked: one is gone, and another there.
    long_ago = timezone.now() - timedelta(hours=1)
    DiscoveredService.objects.filter(name="payments").update(missing_since=long_ago, state="missing", watched_at=None)
    DiscoveredService.objects.filter(name="cards").update(namespace="away", fingerprint=b"", watched_at=None)
    Run.objects.filter(source=source).update(state="complete")
    wait_until(lambda: names() == {"payments": "new", "cards": "new"})
    wait_until(lambda: DiscoveredService.objects.get(name="cards").namespace == "bank")


def test_an_idle_watch_costs_next_to_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.show("payments")
    make_watched(place)
    monkeypatch.setattr(signs, "SIGN_SECONDS", 60)
    claimed = claimed_watch()
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(claimed, stop))
    thread.start()
    wait_until(is_live)
    heard = row().heard_at
    time.sleep(1)
    assert row().heard_at == heard
    stop.set()
    thread.join(10)
