"""What people see of a watch: on the page of its source, in the list of sources, and in the inbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from discovery.models import Source, Watch
from tests.factories.discovery import make_discovered, make_run, make_source
from tests.fakes.place import Place
from tests.personas import Cast

NOW = timezone.now()


@pytest.fixture
def source(cast: Cast, place: Place) -> Source:
    source = make_source("prod", kind="watched", owner=cast.team)
    make_run(source)
    return source


def watch(source: Source, **fields: Any) -> Watch:
    now = timezone.now()
    told = {"lease_until": now + timedelta(seconds=15), "state": "live", "live_since": now, **fields}
    return Watch.objects.create(source=source, **told)


def text(cast: Cast, url: str = "/discovery/sources/prod/", **headers: str) -> str:
    return cast.client("member").get(url, headers=headers).content.decode()


def test_a_live_watch_says_since_when_and_what_it_follows(cast: Cast, source: Source) -> None:
    watch(source, streams=21, streams_open=21, applied_at=timezone.now() - timedelta(minutes=20, seconds=20))
    page = text(cast)
    assert "Live since " in page
    assert "last change 20 min ago, 21 of 21 streams" in page
    assert "Runs look at everything every 15 minutes." in page
    assert 'hx-get="/discovery/sources/prod/watch/"' in page


def test_it_does_not_say_live_while_no_stream_is_open(cast: Cast, source: Source) -> None:
    begun = timezone.now() - timedelta(minutes=5)
    watch(source, streams=21, streams_open=0, live_since=begun)
    page = text(cast)
    assert "Live since" not in page
    assert "The place does not answer: none of 21 streams is open." in page
    told = cast.client("member").get("/api/v1/sources/prod").json()["watch"]
    assert (told["state"], told["live_since"]) == ("waiting", None)


def test_a_watch_that_has_just_begun_opens_its_streams(cast: Cast, source: Source) -> None:
    watch(source, streams=21, streams_open=0)
    assert "Everything is read before changes are followed" in text(cast)


def test_what_is_not_followed_is_named(cast: Cast, source: Source) -> None:
    watch(source, gaps=[f"Routes of the namespace n{number} are not watched." for number in range(7)])
    page = text(cast)
    assert "Not everything is followed" in page
    assert "Routes of the namespace n0 are not watched." in page
    assert "And 2 more." in page


def test_a_refusal_says_what_to_do(cast: Cast, source: Source) -> None:
    error = {"error_code": "refused", "error_message": "No watch on Services.", "error_hint": "Grant watch."}
    watch(source, state="refused", lease_until=None, retry_at=timezone.now() + timedelta(minutes=5), **error)
    page = text(cast)
    assert "Changes cannot be followed" in page
    assert "No watch on Services. Grant watch. It is tried again in 4 min." in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lease_until": NOW - timedelta(minutes=1)}, "Nobody follows changes here at the moment"),
        ({"state": "starting"}, "Everything is read before changes are followed"),
        ({"state": "waiting", "lease_until": None, "error_message": "Gone."}, "Changes are not followed at the moment"),
    ],
)
def test_other_states_are_said(cast: Cast, source: Source, fields: dict, said: str) -> None:
    watch(source, **fields)
    assert said in text(cast)


def test_one_that_is_off_or_was_never_read_is_said_so(cast: Cast, source: Source) -> None:
    Source.objects.update(is_watched=False)
    assert "Changes are not followed. Runs look" in text(cast)
    Source.objects.update(is_watched=True, seen_at=None)
    assert "Changes are followed once a run has read everything" in text(cast)
    Source.objects.update(is_paused=True)
    assert "Changes are" not in text(cast)


def test_a_kind_that_cannot_be_watched_has_no_word_of_it(cast: Cast, place: Place) -> None:
    make_run(make_source("prod", kind="scripted", owner=cast.team))
    assert 'id="watch-panel"' in (page := text(cast))
    assert "ollowed" not in page


def test_the_list_has_a_mark_and_asks_for_itself_again(cast: Cast, source: Source) -> None:
    watch(source)
    page = text(cast, "/discovery/")
    assert ">Live<" in page.replace("\n", "")
    assert 'hx-trigger="every 10s"' in page
    part = text(cast, "/discovery/", **{"HX-Request": "true"})
    assert part.strip().startswith('<div id="sources-now"')
    Source.objects.update(is_watched=False)
    assert "every 10s" not in text(cast, "/discovery/")


def test_the_inbox_asks_what_arrived_while_changes_are_followed(cast: Cast, source: Source) -> None:
    page = text(cast)
    assert 'hx-trigger="every 5s"' in page
    assert "What is new appears here by itself." in page
    assert "A run is under way" not in page

    row = make_discovered(source, proposed_owner=cast.team)
    asked = text(cast, "/discovery/inbox/arrived/?state=new&source=prod&newest=0", **{"HX-Request": "true"})
    assert "1 new, show" in asked
    assert 'hx-trigger="load"' in asked
    asked = text(cast, f"/discovery/inbox/arrived/?state=new&source=prod&newest={row.pk}", **{"HX-Request": "true"})
    assert 'hx-trigger="every 5s"' in asked
    assert 'hx-trigger="load"' not in asked


def test_the_empty_inbox_hears_of_the_end_of_a_run(cast: Cast, source: Source) -> None:
    run = make_run(source, "running")
    assert "run-ended from:body" in text(cast)
    client = cast.client("member")
    url = f"/discovery/sources/prod/runs/{run.number}/progress/"
    assert "HX-Trigger" not in client.get(url).headers
    run.state, run.finished_at = "complete", timezone.now()
    run.save()
    assert client.get(url).headers["HX-Trigger"] == "run-ended"


def test_what_cannot_be_followed_needs_a_person(cast: Cast, source: Source) -> None:
    watch(source, state="refused", lease_until=None, error_code="refused", error_message="No watch on Services.")
    page = text(cast, "/discovery/")
    assert "changes cannot be followed" in page
    assert "No watch on Services." in page
    Source.objects.update(is_watched=False)
    assert "changes cannot be followed" not in text(cast, "/discovery/")
