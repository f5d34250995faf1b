"""The page of one source: its run while it is under way, what it says afterwards, and what people do there."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from discovery.connectors.base import Problem
from discovery.models import HoldState, Run, Source
from tests.catalog.web.elements import Elements
from tests.factories.discovery import make_discovered, make_failed_run, make_held_run, make_run, make_source
from tests.personas import Cast

URL = "/discovery/sources/prod-eu-1/"


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source("prod-eu-1", owner=cast.team, due_at=timezone.now() + timedelta(minutes=9, seconds=30))


@pytest.fixture
def client(cast: Cast, source: Source) -> Client:
    return cast.client("administrator")


def shown(client: Client, url: str = URL) -> Elements:
    answer = client.get(url)
    assert answer.status_code == 200
    return Elements(answer.content)


def polls(page: Elements) -> list[str]:
    return [
        attributes["hx-get"]
        for _tag, attributes in page.tags
        if attributes.get("id") == "run-panel" and "hx-get" in attributes
    ]


def test_it_says_what_the_source_is(client: Client, source: Source):
    page = shown(client)

    text = page.texts("entry-meta")[0]
    for words in ("Kubernetes manifests", "Production", "Payments", "Every 15 minutes, in 9 min"):
        assert words in text
    assert "Nothing was looked at yet" in page.text_of("run-panel")
    assert polls(page) == []


def test_it_follows_a_run_through_its_phases(client: Client, source: Source):
    now = timezone.now()
    make_run(source, took=timedelta(seconds=70))
    phases = [
        {"name": "Connect", "state": "partial", "count": 1, "total": 1},
        {"name": "Services", "state": "done", "count": 10214, "total": None},
        {"name": "Workloads", "state": "running", "count": 7812, "total": 10008},
        {"name": "Apply", "state": "waiting", "count": 0, "total": None},
    ]
    run = make_run(source, "running", at=now, started_at=now - timedelta(seconds=41), phases=phases, problem_count=2)

    page = shown(client)

    assert page.texts("phase-words") == ["1", "10,214", "7,812 of 10,008", "waiting"]
    assert "Connect, partial" in page.texts("phase-name")[0].replace(" ,", ",")
    assert re.search(r"Elapsed 0:4\d, usually 1:10. Started on schedule", page.text_of("run-panel"))
    assert "2 problems so far" in page.text_of("run-panel")
    assert polls(page) == [f"{URL}runs/{run.number}/progress/"]
    # Nobody starts what runs already.
    assert "Run now" not in page.texts("entry-actions")[0]
    [region] = [attributes for _tag, attributes in page.tags if attributes.get("id") == "run-said"]
    assert region["aria-live"] == "polite"


def test_it_asks_again_until_the_run_has_ended(client: Client, source: Source):
    make_run(source)
    run = make_run(source, "running")
    url = f"{URL}runs/{run.number}/progress/"
    first = shown(client, url)
    assert polls(first) == [url]
    assert [attributes["hx-trigger"] for _tag, attributes in first.tags if "hx-trigger" in attributes] == ["every 2s"]
    assert first.text_of("run-said") == "Read manifests, 12 of 40."

    Run.objects.filter(pk=run.pk).update(state="complete", finished_at=timezone.now(), counts={"new": 3, "missing": 1})
    last = shown(client, url)

    assert polls(last) == []
    assert "3 new, 1 missing" in last.text_of("run-panel")
    assert last.text_of("run-state") == "Complete"
    assert "Show what it brought" in last.text_of("run-ended")
    assert last.text_of("run-now") == "Run now"


def test_the_end_of_the_first_run_brings_its_services_by_itself(client: Client, source: Source):
    run = make_run(source, "running")
    before = shown(client).text_of("inbox")
    assert "Nothing new yet" in before
    Run.objects.filter(pk=run.pk).update(state="complete", finished_at=timezone.now(), counts={"new": 3})

    last = shown(client, f"{URL}runs/{run.number}/progress/")

    asked = [attributes["hx-get"] for _tag, attributes in last.tags if attributes.get("hx-target") == "#inbox"]
    assert asked == [URL]
    assert "Show what it brought" not in last.text_of("run-ended")


@pytest.mark.parametrize(
    ("state", "changes", "words"),
    [
        ("queued", {"at": timedelta(minutes=5)}, "No worker has taken it yet"),
        ("running", {"heartbeat_at": timedelta(minutes=5)}, "The worker was last heard of 5 min ago"),
    ],
)
def test_it_says_why_a_run_does_not_move(client: Client, source: Source, state: str, changes: dict, words: str):
    now = timezone.now()
    make_run(source, state, **{name: now - ago for name, ago in changes.items()})

    assert words in shown(client).text_of("run-panel")


def test_it_shows_one_line_when_all_is_well(client: Client, source: Source):
    make_run(source, at=timezone.now() - timedelta(minutes=12), counts={"observed": 500, "unchanged": 500})

    page = shown(client)

    assert page.text_of("run-panel") == "Last complete run 11 min ago, no change"
    assert "notice" not in page.by_class


def test_it_leads_to_the_problems_of_a_run_that_is_complete_all_the_same(client: Client, source: Source):
    run = make_run(source, problems=[Problem("duplicate", "Defined twice.", "warning")] * 2)

    page = shown(client)

    assert "3 new, 2 problems" in page.text_of("run-panel")
    assert f"{URL}runs/{run.number}/#problems" in page.links()


def test_it_says_why_a_run_failed_and_when_the_next_try_is(client: Client, source: Source):
    make_failed_run(source)

    notice = shown(client).texts("notice-bad")[0]

    for words in (
        "Run 1 failed at “Read manifests”",
        "The folder clusters/prod is not there. Name a folder below the one the operator shares.",
        "The next try is in 9 min.",
    ):
        assert words in notice
    Source.objects.update(is_paused=True)
    assert "nothing is tried again by itself" in shown(client).texts("notice-bad")[0]
    Source.objects.update(is_paused=False, due_at=None)
    assert "Nothing is tried again by itself" in shown(client).texts("notice-bad")[0]


def test_it_names_what_a_partial_run_could_not_read(client: Client, source: Source):
    problems = [Problem("broken", f"Broken {at}", place=f"{at}.yaml", document=2, line=7) for at in range(4)]
    make_run(source, "partial", problems=[Problem("odd", "Odd", "warning"), *problems])

    page = shown(client)

    notice = page.texts("notice-warn")[0]
    assert "Run 1 is partial: 5 problems" in notice
    assert "0.yaml, document 2, line 7: Broken 0" in notice
    assert "Broken 3" not in notice
    assert "Odd" not in notice
    assert f"{URL}runs/1/#problems" in page.links()


def test_it_asks_about_a_loss_in_numbers(client: Client, source: Source):
    make_held_run(source, count=212, of=500)

    page = shown(client)

    assert "212 of 500 services would go" in page.texts("notice-warn")[0]
    assert page.text_of("run-state") == "Held, 212 would go"
    assert {f"{URL}runs/1/loss/confirm/", f"{URL}runs/1/loss/reject/"} <= set(page.actions())
    question = shown(client, f"{URL}runs/1/loss/confirm/").texts("window-body")[0]
    assert "212 of 500 services in prod-eu-1 become missing. They are retired after 7 days" in question


def test_a_loss_still_waits_when_the_next_run_fails(client: Client, source: Source):
    make_failed_run(source, hold="held", hold_count=212, hold_of=500)

    page = shown(client)

    assert "212 of 500 services would go" in page.texts("notice-warn")[0]
    assert "Run 1 failed" in page.texts("notice-bad")[0]
    assert "Confirm: 212 of 500 services in prod-eu-1 become missing." in page.texts("notice-warn")[0]


@pytest.mark.parametrize(("answer", "state", "missing"), [("confirm", "confirmed", 2), ("reject", "rejected", 0)])
def test_a_loss_is_decided_once(client: Client, source: Source, answer: str, state: str, missing: int):
    run = make_held_run(source, count=2, of=3)
    for hold in ("held", "held", ""):
        make_discovered(source, hold=hold)

    said = client.post(f"{URL}runs/1/loss/{answer}/")

    run.refresh_from_db()
    assert (said.status_code, said["Location"]) == (303, URL)
    assert (run.hold, run.hold_decided_by) == (HoldState(state), "administrator")
    assert source.discovered_services.filter(state="missing").count() == missing
    for method in (client.get, client.post):
        again = method(f"{URL}runs/1/loss/{answer}/")
        assert again.status_code == 409
        assert b"window-foot" not in again.content
    assert client.get(f"{URL}runs/1/loss/maybe/").status_code == 404


def test_people_who_only_read_are_not_offered_what_they_may_not_do(cast: Cast, source: Source):
    cast.member.role = "viewer"
    cast.member.save()
    make_held_run(source)

    page = shown(cast.client("member"))

    assert page.texts("entry-actions")[0] == "Rules Runs"
    assert "Confirm" not in page.texts("notice-warn")[0]
    assert "Configure" not in shown(cast.client("maintainer")).texts("entry-actions")[0]
    assert "Run now" in shown(cast.client("maintainer")).texts("entry-actions")[0]


def test_it_starts_a_run_at_a_click_and_only_one(client: Client, source: Source):
    for _ in range(2):
        said = client.post(f"{URL}run/")
        assert (said.status_code, said["Location"]) == (303, URL)

    run = source.runs.get()
    assert (run.state, run.started_by) == ("queued", "administrator")
    assert "Started by administrator" in shown(client).text_of("run-panel")


def test_it_pauses_and_resumes(client: Client, source: Source):
    client.post(f"{URL}pause/")
    page = shown(client)
    assert "Resume" in page.texts("entry-actions")[0]
    assert "Paused" in page.texts("entry-title")[0]

    client.post(f"{URL}resume/")
    source.refresh_from_db()
    assert not source.is_paused
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "discovery.source.paused",
        "discovery.source.resumed",
    ]


def test_it_shows_what_others_wrote_as_text(client: Client, source: Source):
    evil = "<img src=x onerror=alert(1)>"
    make_failed_run(source, error_message=evil, error_hint=evil, phase=evil, started_by=evil, connector_version="<b>")
    make_run(source, "partial", problems=[Problem("odd", evil, place=evil)], phases=[{"name": evil, "state": "done"}])

    for url in ("/discovery/", URL, f"{URL}runs/", f"{URL}runs/1/", f"{URL}runs/2/"):
        html = client.get(url).content.decode()
        assert "<img" not in html
        assert "<b>" not in html
