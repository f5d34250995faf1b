"""The inbox as a page: what it lists, how it is narrowed, and what it says of each service."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discovery.connectors.base import Workload
from discovery.models import RunState, State
from tests.catalog.web.elements import Elements
from tests.catalog.web.test_api_pages import HOSTILE, harmless
from tests.factories.catalog import make_environment, make_service
from tests.factories.discovery import make_discovered, make_exposed, make_observation, make_run, make_source
from tests.personas import Cast

INBOX = "/discovery/inbox/"


@pytest.fixture
def source(cast):
    return make_source("prod", owner=cast.team)


def names(client, url: str = INBOX) -> list[str]:
    return Elements(client.get(url).content).texts("name")


def test_it_lists_what_is_new_with_what_is_proposed_and_why(cast, source):
    make_discovered(source, name="ledger", proposed_owner=cast.team, reasons={"owner": "label part-of"})
    make_discovered(source, State.IGNORED, name="sidecar")

    page = cast.client("member").get(INBOX)

    assert Elements(page.content).texts("name") == ["ledger"]
    for words in ("Payments", "label part-of", "Not proposed", "no rule matches", "Cluster only"):
        assert words in page.content.decode()


def test_it_has_a_tab_with_its_number_for_each_state(cast, source):
    for state in (State.NEW, State.NEW, State.MATCHED, State.MISSING, State.IGNORED, State.RETIRED):
        make_discovered(source, state)

    tabs = Elements(cast.client("member").get(INBOX).content).texts("inbox-tabs")

    assert tabs == ["New 2 Matched 1 Published 0 Missing 1 Ignored 1 Retired 1"]


def test_its_tabs_and_views_count_what_a_search_finds(cast, source):
    for name, state in (("ledger", State.NEW), ("ledger-reader", State.NEW), ("ledger-old", State.MISSING)):
        make_discovered(source, state, name=name, proposed_owner=cast.team if name == "ledger" else None)
    make_discovered(source, State.NEW, name="vault")

    page = Elements(cast.client("member").get(f"{INBOX}?search=ledger").content)
    unowned = Elements(cast.client("member").get(f"{INBOX}?search=ledger&owner=none").content)

    assert page.texts("inbox-tabs") == ["New 2 Matched 0 Published 0 Missing 1 Ignored 0 Retired 0"]
    assert page.texts("inbox-views") == ["All 2 No owner 1 Exposed 0 No authentication 0 No specification 2"]
    assert unowned.texts("inbox-tabs") == ["New 1 Matched 0 Published 0 Missing 1 Ignored 0 Retired 0"]
    assert unowned.texts("inbox-views") == ["All 2 No owner 1 Exposed 0 No authentication 0 No specification 2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?search=led", ["ledger"]),
        ("?namespace=cards", ["vault"]),
        ("?source=staging", ["scores"]),
        ("?environment=test", ["scores"]),
        ("?exposure=internet", ["broker"]),
        ("?owner=none", ["vault", "broker"]),
        ("?specification=found", ["vault"]),
        ("?namespace=cards&exposure=internet", []),
    ],
)
def test_it_is_narrowed_by_its_address(cast, source, query, found):
    _four(cast, source)

    assert names(cast.client("administrator"), INBOX + query) == found


def test_it_counts_each_view_within_the_other_filters(cast, source):
    _four(cast, source)

    views = Elements(cast.client("administrator").get(f"{INBOX}?owner=none&source=prod").content).texts("inbox-views")

    assert views == ["All 3 No owner 2 Exposed 1 No authentication 0 No specification 2"]


def test_it_keeps_state_and_filters_in_every_link(cast, source):
    _four(cast, source)

    links = Elements(cast.client("administrator").get(f"{INBOX}?search=e&source=prod").content).links()

    assert f"{INBOX}?state=missing&search=e&source=prod" in links
    assert f"{INBOX}?search=e&source=prod&owner=none" in links


def test_it_is_read_page_by_page_without_repeating_or_hiding_a_row(cast, source):
    now = timezone.now()
    for number in range(120):
        make_discovered(source, name=f"service-{number:03}", now=now - timedelta(minutes=number))
    client, url, found, words = cast.client("member"), INBOX, [], []
    while url:
        page = Elements(client.get(url).content)
        found += page.texts("name")
        words += page.texts("inbox-pager")
        url = next((values["href"] for tag, values in page.tags if tag == "a" and values.get("rel") == "next"), "")

    assert found == [f"service-{number:03}" for number in range(120)]
    assert [line.split(" x ")[0] for line in words] == ["1–50 of 120", "51–100 of 120", "101–120 of 120"]


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?page=0", "?page=-1", "?page=99999999999", "?cursor=", "?search= "]
)
def test_it_shows_the_first_page_for_what_makes_no_sense(cast, source, query):
    make_discovered(source, name="ledger")

    assert names(cast.client("member"), INBOX + query) == ["ledger"]


@pytest.mark.parametrize("query", ["?cursor=abc", "?exposure=moon", "?specification=maybe"])
def test_it_refuses_what_cannot_be_asked(cast, query):
    assert cast.client("member").get(INBOX + query).status_code == 400


def test_it_shows_only_what_the_reader_may_know_of(cast, source):
    make_discovered(source, name="ours")
    make_discovered(make_source(owner=cast.other_team), name="theirs")
    make_discovered(make_source(owner=cast.other_team), name="for-us", proposed_owner=cast.team)

    assert sorted(names(cast.client("member"))) == ["for-us", "ours"]
    assert names(cast.client("viewer")) == []


def test_it_offers_nothing_to_decide_to_who_may_only_read(cast, source):
    cast.member.role = "viewer"
    cast.member.save()
    make_discovered(source, name="ledger")

    page = cast.client("member").get(INBOX).content.decode()

    assert "ledger" in page
    assert "data-select" not in page.split("<main", 1)[1].replace("data-selection", "")
    assert 'id="bulk"' not in page


def test_it_says_what_runs_and_whether_all_of_it_is_ready(cast, source):
    workloads = (Workload("Deployment", "ledger", "1", 3, 2),)
    make_discovered(source, seen=make_observation("ledger", workloads=workloads))
    make_discovered(source, seen=make_observation("external", workloads=()))

    page = Elements(cast.client("member").get(INBOX).content)

    assert page.texts("inbox-runs") == ["–", "Deployment 2 of 3"]
    assert page.texts("inbox-short") == ["2 of 3"]


def test_it_names_clusters_only_when_there_are_several(cast, source):
    make_discovered(source, seen=make_observation("one", cluster="eu-1"))
    before = Elements(cast.client("member").get(INBOX).content).texts("inbox-cluster")
    make_discovered(source, seen=make_observation("two", cluster="eu-2"))

    after = Elements(cast.client("member").get(INBOX).content).texts("inbox-cluster")

    assert (before, after) == ([], ["eu-2", "eu-1"])


def test_it_names_the_catalog_service_and_why_it_is_that_one(cast, source):
    ledger = make_service("ledger", owner=cast.team, title="Ledger")
    reason = "by label app.kubernetes.io/name in system cards"
    make_discovered(source, State.MATCHED, name="ledger-svc", service=ledger, match_reason=reason, is_pinned=True)

    page = cast.client("member").get(f"{INBOX}?state=matched").content.decode()

    assert reason in page
    assert "/services/ledger/" in page
    assert 'aria-label="Pinned"' in page


def test_it_says_who_set_a_service_aside_and_why(cast, source):
    make_discovered(source, State.IGNORED, name="exporter")

    page = cast.client("member").get(f"{INBOX}?state=ignored").content.decode()

    assert "factory" in page
    assert "Not ours" in page


def test_it_says_since_when_a_service_is_missing_and_when_it_was_seen_last(cast, source):
    gone = timezone.now() - timedelta(minutes=42)
    make_discovered(source, State.MISSING, name="batch", missing_since=gone, last_seen_at=gone)

    page = cast.client("member").get(f"{INBOX}?state=missing").content.decode()

    assert page.count("42 min ago") == 2


def test_it_is_a_part_of_the_page_of_a_source_with_its_services_only(cast, source):
    make_discovered(source, name="here")
    make_discovered(make_source("other", owner=cast.team), name="elsewhere")

    page = Elements(cast.client("member").get("/discovery/sources/prod/").content)
    part = cast.client("member").get("/discovery/sources/prod/?search=her", headers={"HX-Request": "true"})

    assert page.texts("name") == ["here"]
    assert "/discovery/sources/prod/?state=ignored" in page.links()
    assert part.content.lstrip().startswith(b"<section")
    assert Elements(part.content).texts("name") == ["here"]


def test_it_answers_htmx_with_the_part_and_its_short_address(cast, source):
    make_discovered(source, name="ledger")
    client = cast.client("member")

    part = client.get(f"{INBOX}?search=led&namespace=&exposure=", headers={"HX-Request": "true"})
    refined = client.get(
        f"{INBOX}?search=ledg",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{INBOX}?search=led"},
    )

    assert part.content.lstrip().startswith(b"<section")
    assert part["HX-Push-Url"] == f"{INBOX}?search=led"
    assert refined["HX-Replace-Url"] == f"{INBOX}?search=ledg"
    assert "HX-Request" in part["Vary"]


def test_it_says_what_it_searched_when_nothing_is_found(cast, source):
    make_discovered(source, name="ledger")

    page = cast.client("member").get(f"{INBOX}?search=nothing-like-it").content.decode()

    assert "No service matches these filters" in page
    assert "Clear filters" in page


def test_it_tells_how_many_arrived_while_a_run_is_under_way(cast, source):
    now = timezone.now()
    oldest = make_discovered(source, name="old", now=now - timedelta(hours=1))
    run = make_run(source, RunState.RUNNING)
    client = cast.client("member")
    first = client.get(INBOX).content.decode()
    make_discovered(source, name="new-1", now=now)
    make_discovered(source, name="new-2", now=now)

    told = client.get(f"{INBOX}arrived/?state=new&newest={oldest.pk}").content.decode()
    run.state = RunState.COMPLETE
    run.save()
    last = client.get(f"{INBOX}arrived/?state=new&newest={oldest.pk}").content.decode()

    assert f"newest={oldest.pk}" in first
    assert "2 new, show" in told
    assert "every 5s" in told
    assert "2 new, show" in last
    assert "every" not in last


def test_it_does_not_ask_for_arrivals_when_nothing_runs(cast, source):
    make_run(source)
    make_discovered(source)

    assert "arrived" not in cast.client("member").get(INBOX).content.decode()


def test_it_completes_namespaces_of_what_the_reader_may_know_of(cast, source):
    make_discovered(source, namespace="cards-risk")
    make_discovered(source, namespace="cards")
    make_discovered(source, namespace="lending")
    make_discovered(make_source(), namespace="cards-secret")

    answer = cast.client("member").get(f"{INBOX}namespaces/?namespace=car").content.decode()

    assert answer.count("<option") == 2
    assert "cards-secret" not in answer


def test_it_escapes_what_sources_say(cast, source):
    make_discovered(
        source,
        name=HOSTILE,
        reasons={"owner": HOSTILE, "domain": HOSTILE},
        specification_outcome="refused",
        specification_place=HOSTILE,
        specification_note=HOSTILE,
    )

    assert harmless(cast.client("member").get(INBOX).content)


def test_it_reads_as_often_for_fifty_rows_as_for_one(cast, source):
    client, counts = cast.client("member"), []
    for many in (1, 49):
        for _ in range(many):
            service = make_service(owner=cast.team)
            make_discovered(source, proposed_owner=cast.team)
            make_discovered(source, State.MATCHED, service=service)
            make_discovered(source, State.IGNORED)
        counts.append([_queries(client, f"{INBOX}?state={state}") for state in ("new", "matched", "ignored")])

    assert counts[0] == counts[1] == [15, 13, 12]


def _queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def _four(cast: Cast, source) -> None:
    """Four new services, the first made stands last."""
    now = timezone.now()
    staging = make_source("staging", environment=make_environment("test"))
    make_discovered(staging, name="scores", proposed_owner=cast.team, now=now - timedelta(minutes=1))
    make_discovered(source, seen=make_exposed("broker"), now=now - timedelta(minutes=2))
    make_discovered(source, name="ledger", proposed_owner=cast.team, now=now - timedelta(minutes=3))
    make_discovered(
        source, name="vault", namespace="cards", specification_outcome="found", now=now - timedelta(seconds=1)
    )
