"""The list of runs, and one run with its problems."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from discovery.connectors.base import Problem
from tests.catalog.web.elements import Elements
from tests.factories.discovery import make_held_run, make_run, make_source
from tests.personas import Cast

URL = "/discovery/sources/prod-eu-1/runs/"


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client("member")


def shown(client: Client, url: str = URL) -> Elements:
    answer = client.get(url)
    assert answer.status_code == 200
    return Elements(answer.content)


def test_it_lists_runs_with_what_they_brought_the_newest_first(client: Client, cast: Cast):
    source = make_source("prod-eu-1", owner=cast.team)
    make_run(source, started_by="Anna", counts={"observed": 1500, "new": 12}, took=timedelta(seconds=75))
    make_held_run(source, count=212)
    make_run(source, "queued")

    page = shown(client)

    text = " ".join(page.texts("data"))
    assert text.index("Run 3") < text.index("Run 2") < text.index("Run 1")
    for words in ("Held, 212 would go", "1:15 1,500 12 – –", "Started by Anna", "Started on schedule", "Queued"):
        assert words in text


def test_it_reads_runs_page_by_page(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.web.views.runs.RUNS_PER_PAGE", 2)
    source = make_source("prod-eu-1", owner=cast.team)
    for _ in range(3):
        make_run(source)

    first = shown(client)
    [link] = [link for link in first.links() if "cursor=" in link]

    assert f"{URL}1/" not in first.links()
    assert f"{URL}1/" in shown(client, link).links()


def test_it_says_that_there_is_no_run_yet(client: Client, cast: Cast):
    make_source("prod-eu-1", owner=cast.team)

    assert "No run yet" in shown(client).texts("nothing")[0]


def test_it_shows_what_a_run_did(client: Client, cast: Cast):
    now = timezone.now()
    source = make_source("prod-eu-1", owner=cast.team)
    make_held_run(source, count=12, hold="rejected", hold_decided_by="Anna", hold_decided_at=now, started_by="kim (ci)")

    page = shown(client, f"{URL}1/")

    text = page.texts("rail")[0]
    for words in ("Seen services the place showed 20", "New not known before 3", "kim (ci)", "version 1"):
        assert words in text
    assert "Loss rejected Anna" in text
    assert page.texts("phase-words") == ["40", "20", "3"]
    assert "Took 0:41" in page.text_of("run-panel")
    assert "None. Everything could be read." in page.text_of("problems")


def test_it_lists_problems_with_their_place_and_narrows_them(client: Client, cast: Cast):
    source = make_source("prod-eu-1", owner=cast.team)
    problems = [
        Problem("not-rendered", "A template", "error", "cards/service.yaml", 2, 14),
        Problem("two-specifications", "Two could belong", "warning", "cards/ledger.yaml", line=3),
        Problem("big", "Skipped", "warning"),
    ]
    make_run(source, "partial", problems=problems)

    everything = shown(client, f"{URL}1/")
    assert everything.texts("finding-words") == [
        "A template not-rendered · cards/service.yaml",
        "Two could belong two-specifications · cards/ledger.yaml",
        "Skipped big",
    ]
    assert everything.texts("finding-jump") == ["Document 2, line 14", "Line 3", ""]
    assert everything.texts("severities") == ["All 3 Errors 1 Warnings 2"]

    warnings = shown(client, f"{URL}1/?severity=warning")
    assert [words.split()[0] for words in warnings.texts("finding-words")] == ["Two", "Skipped"]
    assert "None of this severity" in shown(client, f"{URL}1/?severity=info").text_of("problems")
    assert len(shown(client, f"{URL}1/?severity=odd").texts("finding-words")) == 3


def test_it_reads_problems_page_by_page_within_their_severity(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("discovery.web.views.runs.PROBLEMS_PER_PAGE", 2)
    source = make_source("prod-eu-1", owner=cast.team)
    problems = [Problem("odd", f"Number {at}", "error" if at % 2 else "warning") for at in range(6)]
    make_run(source, "partial", problems=problems)

    first = shown(client, f"{URL}1/?severity=error")
    [link] = [link for link in first.links() if "cursor=" in link]

    assert [words.split()[1] for words in first.texts("finding-words")] == ["1", "3"]
    assert [words.split()[1] for words in shown(client, link).texts("finding-words")] == ["5"]


def test_it_follows_a_run_on_its_own_page_with_all_its_phases(client: Client, cast: Cast):
    source = make_source("prod-eu-1", owner=cast.team)
    run = make_run(source, "running")

    page = shown(client, f"{URL}1/")
    [url] = [attributes["hx-get"] for _tag, attributes in page.tags if attributes.get("id") == "run-panel"]
    run.state, run.finished_at = "complete", timezone.now()
    run.save()

    assert "They are listed when the run has ended" in page.text_of("problems")
    assert "phase-words" in shown(client, url).by_class


def test_a_run_of_another_source_is_not_there(client: Client, cast: Cast):
    make_source("prod-eu-1", owner=cast.team)
    make_run(make_source("prod-eu-2", owner=cast.team))

    for url in (f"{URL}1/", f"{URL}1/progress/", f"{URL}99999999999/"):
        assert client.get(url).status_code == 404
