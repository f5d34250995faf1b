"""The page of all sources: how each is, what needs a person first, and what a new installation says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from discovery.connectors.base import Problem
from discovery.models import State
from tests.catalog.web.elements import Elements
from tests.factories.discovery import make_discovered, make_failed_run, make_held_run, make_run, make_source
from tests.personas import Cast


def shown(client: Client, query: str = "") -> Elements:
    answer = client.get(f"/discovery/{query}")
    assert answer.status_code == 200
    return Elements(answer.content)


def rows(page: Elements) -> list[str]:
    """The words of each source, its own without those of its row."""
    return page.texts("source-name")


def test_it_shows_each_source_with_its_state_its_freshness_and_its_counts(cast: Cast):
    now = timezone.now()
    source = make_source("prod-eu-1", owner=cast.team, due_at=now + timedelta(minutes=12, seconds=30))
    make_run(source, at=now - timedelta(minutes=4, seconds=30), problems=[Problem("big", "Too big", "warning")])
    for state in (State.NEW, State.NEW, State.MISSING, State.PUBLISHED):
        make_discovered(source, state)
    page = shown(cast.client("administrator"))

    [row] = page.by_class["sources"]
    text = " ".join("".join(row).split())
    for words in ("prod-eu-1", "Kubernetes manifests", "Production", "Complete", "4 min ago", "next in 12 min"):
        assert words in text
    assert "2 1 1 Payments" in text
    assert {"/discovery/sources/prod-eu-1/", "/discovery/sources/prod-eu-1/?state=missing"} <= set(page.links())
    assert "/discovery/sources/prod-eu-1/runs/1/#problems" in page.links()


def test_it_puts_held_losses_and_failures_before_all_else(cast: Cast):
    make_failed_run(make_source("a-failed"))
    make_held_run(make_source("z-held"), count=212, of=500)
    make_run(make_source("b-fine"))
    make_discovered(make_source("c-new"), proposed_owner=cast.team)
    make_discovered(make_source("d-new"))

    text = shown(cast.client("administrator")).texts("needs")[0]

    parts = ["z-held: 212 of 500 services would go", "a-failed failed", "2 new services", "1 of them"]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "The folder clusters/prod is not there." in text
    assert "b-fine" not in text


def test_it_says_that_more_sources_need_a_person_than_it_names(cast: Cast):
    for number in range(7):
        make_failed_run(make_source(f"source-{number}"))

    text = shown(cast.client("administrator")).texts("needs")[0]

    assert "source-4 failed" in text
    assert "source-5" not in text
    assert "More sources failed or hold a loss" in text


@pytest.mark.parametrize(
    ("state", "badge"), [("queued", "Queued"), ("running", "Running"), ("partial", "Partial"), ("failed", "Failed")]
)
def test_it_shows_the_run_that_is_under_way_or_how_the_last_one_ended(cast: Cast, state: str, badge: str):
    source = make_source()
    make_run(source)
    make_run(source, state)

    text = " ".join(shown(cast.client("administrator")).texts("sources"))

    assert badge in text
    assert "Complete" not in text


def test_it_says_when_a_source_is_paused_or_looked_at_by_hand(cast: Cast):
    make_source("paused", is_paused=True)
    make_source("by-hand", schedule_seconds=None)
    make_source("late", due_at=timezone.now() - timedelta(seconds=1))

    text = shown(cast.client("administrator")).texts("sources")[0]

    for words in ("Paused", "by hand", "due now", "Never run"):
        assert words in text


def test_it_stops_counting_where_exact_numbers_help_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    for module in ("discovery.queries.overview", "discovery.web.views.overview"):
        monkeypatch.setattr(f"{module}.COUNT_LIMIT", 2)
    source = make_source(owner=cast.team)
    for _ in range(3):
        make_discovered(source)

    assert "2+" in shown(cast.client("administrator")).texts("sources")[0]


def test_it_reads_sources_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.web.views.overview.PER_PAGE", 2)
    for name in ("a", "b", "c"):
        make_source(name)
    client = cast.client("administrator")

    first = shown(client)
    [link] = [link for link in first.links() if "cursor=" in link]
    second = shown(client, link.removeprefix("/discovery/"))

    assert [row.split()[0] for row in rows(first)] == ["a", "b"]
    assert [row.split()[0] for row in rows(second)] == ["c"]


def test_it_shows_people_the_sources_of_their_teams_and_nobody_elses(cast: Cast):
    make_source("ours", owner=cast.team)
    make_failed_run(make_source("theirs", owner=cast.other_team))

    for persona, names in (("member", ["ours"]), ("stranger", ["theirs"]), ("viewer", [])):
        assert [row.split()[0] for row in rows(shown(cast.client(persona)))] == names
    assert "theirs" not in cast.client("member").get("/discovery/").content.decode()


def test_it_says_what_a_source_is_while_there_is_none(cast: Cast):
    administrator, member = shown(cast.client("administrator")), shown(cast.client("member"))

    assert "Nothing is looked at yet" in administrator.texts("nothing")[0]
    assert "/discovery/add-source/" in administrator.links()
    assert "Administrators add sources" in member.texts("nothing")[0]
    assert "/discovery/add-source/" not in member.links()


def test_it_leads_those_without_a_source_to_what_was_found_for_them(cast: Cast):
    make_discovered(make_source(owner=cast.other_team), proposed_owner=cast.team)

    page = shown(cast.client("member"))

    assert "What is found for your teams is in the inbox" in page.texts("nothing")[0]
    assert "1 new service" in page.texts("needs")[0]


def test_it_offers_a_new_source_in_the_menu_and_as_a_first_step(cast: Cast):
    for persona, is_offered in (("administrator", True), ("member", False)):
        page = Elements(cast.client(persona).get("/").content)
        assert ("/discovery/add-source/" in page.links()) is is_offered
    assert "Add a source" in Elements(cast.client("administrator").get("/").content).texts("lines")[0]


def test_it_names_a_kind_whose_connector_is_gone(cast: Cast):
    make_source("old", kind="mainframe")
    client = cast.client("administrator")

    assert "mainframe" in rows(shown(client))[0]
    assert "not installed" in client.get("/discovery/sources/old/").content.decode()
