"""Browse and search: what it shows, to whom, under which address."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import APIVersion
from tests.factories.catalog import make_api, openapi, publish
from tests.personas import Cast

#: Words that only the private API of the team Payments has, and what it says in other places.
SECRETS = ("Zanzibar", "zanzibar", "Quokka", "wombat", "Vault")
FOREIGN = ("anonymous", "viewer", "stranger")
HTMX = {"HX-Request": "true"}


def shown(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def heading(html: str) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[1]


def count_of(html: str, facet: str, value: str) -> int | None:
    line = re.search(rf'id="{facet}-{value}".*?facet-count">([\d,]+)<', html)
    return int(line[1].replace(",", "")) if line else None


@pytest.mark.parametrize(
    ("persona", "total"),
    [("anonymous", 1), ("viewer", 3), ("stranger", 3), ("member", 4), ("maintainer", 4), ("administrator", 4)],
)
def test_it_lists_and_counts_what_the_reader_may_know_of(bank: Cast, persona: str, total: int):
    html = shown(bank.client(persona), "/browse/")

    assert heading(html) == (f"{total} APIs and services" if total > 1 else "1 API or service")
    assert html.count("data-row-link") == total


@pytest.mark.parametrize("persona", FOREIGN)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=zanzibar",
        "q=zanzibra",
        "q=quokka",
        "q=ledger",
        "domain=vault",
        "tag=wombat",
        "q=score&domain=vault",
        "q=payment&api=zanzibar",
        "api=zanzibar",
        "kind=operation",
        "q=owner:payments",
        "ordering=-published",
    ],
)
def test_it_tells_strangers_nothing_of_a_private_api(bank: Cast, persona: str, query: str):
    html = shown(bank.client(persona), f"/browse/?{query}")

    # What was asked is repeated to who asked; nothing beyond it.
    asked = query.lower()
    assert [word for word in SECRETS if word.lower() not in asked and word in html] == []
    assert "/apis/zanzibar" not in html
    for facet, value in (("domain", "vault"), ("tag", "wombat")):
        assert not count_of(html, facet, value)


def test_it_shows_the_private_api_to_its_team(bank: Cast):
    html = shown(bank.client("member"), "/browse/?q=zanzibra")

    assert "Nothing matches “zanzibra” exactly" in html
    assert "<mark>Zanzibar</mark> Ledger" in html
    assert count_of(html, "domain", "vault") == 1


def test_it_names_no_teams_to_who_is_not_signed_in(bank: Cast):
    html = shown(bank.client("anonymous"), "/browse/?q=credit")

    assert "Lending" not in html
    assert "<legend>Owner</legend>" not in html


def test_an_operation_hangs_below_its_api_and_says_why_it_matched(bank: Cast):
    html = shown(bank.client("viewer"), "/browse/?q=bureau+country")

    assert '<span class="path-parameter">{id}</span>' in html
    assert 'Matched in query parameter <span class="mono"><mark>bureauCountry</mark></span>' in html
    assert "/apis/credit-check/versions/2.3.0/operations/getCreditScore/" in html


def test_every_result_leads_to_a_page_that_exists(bank: Cast):
    client = bank.client("administrator")
    html = shown(client, "/browse/?q=score") + shown(client, "/browse/?kind=team&kind=domain&kind=operation")

    links = set(re.findall(r'href="([^"]*)" data-row-link', html))
    assert len(links) >= 7
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_more_operations_lead_to_all_of_that_api(bank: Cast):
    paths = {
        f"/scores/{number}": {"get": {"summary": f"Score number {number}", "responses": {"200": {"description": "-"}}}}
        for number in range(6)
    }
    publish("many", document=openapi(title="Many", paths=paths), owner="lending", title="Many")
    client = bank.client("viewer")

    html = shown(client, "/browse/?q=score+number&lifecycle=published")
    more = re.search(r'class="result-more" href="([^"]*)"[^>]*>([^<]*)<', html)

    assert more[2] == "3 more operations match"
    narrowed = shown(client, "/browse/" + more[1].replace("&amp;", "&"))
    assert heading(narrowed) == "6 results for “score number”"
    assert "API: Many" in narrowed
    assert narrowed.count("<mark>Score number</mark>") == 6


def test_qualifiers_in_the_words_are_chips_that_take_themselves_out(bank: Cast):
    html = shown(bank.client("viewer"), "/browse/?q=score+owner:lending&lifecycle=published")

    assert heading(html).endswith("results for “score”")
    assert 'href="?q=score&amp;lifecycle=published">Owner: Lending' in html
    assert 'href="?q=score+owner%3Alending">Lifecycle: Published' in html
    assert "Clear 2" in html
    assert re.search(r'id="owner-lending"[^>]* checked disabled>', html)


def test_a_chosen_value_stays_among_the_filters_when_nothing_has_it(bank: Cast):
    html = shown(bank.client("viewer"), "/browse/?q=nothingofthekind&domain=mortgage&format=graphql")

    assert re.search(r'id="domain-mortgage"[^>]* checked>', html)
    assert re.search(r'id="format-graphql"[^>]* checked>', html)


def test_it_offers_the_wider_search_when_the_filters_hide_everything(bank: Cast):
    html = shown(bank.client("viewer"), "/browse/?q=credti&domain=vault")

    assert "Nothing matches “credti” with these filters" in html
    assert "2 results without the filters" in html
    assert 'href="?q=credti">Search all domains' in html
    assert 'Nearest words: <a href="?q=credit">credit</a>' in html


def test_it_offers_to_clear_the_filters_when_nothing_is_anywhere(bank: Cast):
    html = shown(bank.client("viewer"), "/browse/?q=xylophone&domain=vault&tag=a")

    assert 'href="?q=xylophone">Clear filters' in html


def test_it_speaks_of_no_filters_where_nothing_is_yet(cast: Cast):
    html = shown(cast.client("viewer"), "/browse/")

    assert "Nothing is here yet" in html
    assert "these filters" not in html


def test_exactly_means_the_words_it_was_said_of(bank: Cast):
    client = bank.client("viewer")

    assert heading(shown(client, "/browse/?q=credti&exact=credti")) == "0 results for “credti”"
    assert heading(shown(client, "/browse/?q=credti&exact=other")) == "2 results for “credit”"


def test_pages_follow_each_other_both_ways_by_key(bank: Cast):
    for number in range(28):
        make_api(f"filler-{number:02}", owner=bank.team, title=f"Filler {number:02}")
    client = bank.client("viewer")

    first = shown(client, "/browse/?kind=api&ordering=title")
    following = re.search(r'href="([^"]*)" rel="next"', first)[1].replace("&amp;", "&")
    second = shown(client, "/browse/" + following)
    back = re.search(r'href="([^"]*)" rel="prev"', second)[1].replace("&amp;", "&")

    assert "1–25 of 30" in first
    assert "26–30 of 30" in second
    assert "Filler 27" in second
    assert heading(shown(client, "/browse/" + back)) == heading(first)
    assert "1–25 of 30" in shown(client, "/browse/" + back)


def test_htmx_gets_the_part_and_the_address(bank: Cast):
    client = bank.client("viewer")
    url = "/browse/?q=credit&ordering=title&domain=&kind=api"

    answer = client.get(url, headers=HTMX)
    refined = client.get(url, headers={**HTMX, "HX-Current-URL": "http://testserver/browse/?q=cred"})
    back = client.get(url, headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert answer.content.decode().lstrip().startswith("<form")
    assert answer["HX-Push-Url"] == "/browse/?q=credit&kind=api"
    assert refined["HX-Replace-Url"] == "/browse/?q=credit&kind=api"
    assert b"<html" in back.content
    assert "HX-Request" in answer["Vary"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=" + "a" * 10_000, 400),
        ("q=%00", 400),
        ("domain=a%00b", 400),
        ("ordering=sideways", 400),
        ("kind=nonsense", 400),
        ("cursor=nonsense", 400),
        ("service_kind=nonsense", 400),
        ("q=%22%27%3B+DROP+TABLE--%25%28%29%7C%26%21%3A*", 200),
        ("q=kind:nonsense", 200),
        ("q=%F0%9F%92%A9+%ED%A0%80", 200),
        ("q=credit&page=99999999999999999999&exact=&lifecycle=,,", 200),
        ("owner=" + "a" * 3_000, 200),
        ("api=nothing", 200),
    ],
)
def test_it_answers_hostile_questions_with_a_page(bank: Cast, query: str, status: int):
    answer = bank.client("viewer").get(f"/browse/?{query}")

    assert answer.status_code == status
    assert b"<html" in answer.content


def test_it_escapes_what_others_wrote_and_what_was_asked(bank: Cast):
    hostile = '<img src=x onerror="alert(1)">'
    paths = {f"/{hostile}": {"get": {"summary": f"{hostile} refund", "responses": {"200": {"description": "-"}}}}}
    publish(
        "hostile",
        document=openapi(title="x", paths=paths),
        owner="lending",
        title=f"{hostile} refund",
        description=f"**refund** {hostile}",
        tags=["refund"],
    )

    html = shown(bank.client("viewer"), "/browse/")
    for query in ("refund", "<img src=x onerror=alert(1)> refund", "refund owner:<b>"):
        html += bank.client("viewer").get("/browse/", {"q": query, "tag": hostile}).content.decode()
        html += bank.client("viewer").get("/browse/", {"q": query}).content.decode()

    assert "<img" not in html
    assert "<b>" not in html
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; <mark>refund</mark>" in html


@pytest.mark.parametrize(
    ("query", "number"), [("", 10), ("q=payment", 10), ("q=payment&lifecycle=published", 10), ("q=peyment", 13)]
)
def test_its_number_of_queries_does_not_depend_on_what_is_there(bank: Cast, query: str, number: int):
    client = bank.client("member")
    counts = []
    for more in range(2):
        for at in range(3):
            make_api(f"payments-{more}-{at}", owner=bank.team, title=f"Payments {more} {at}", tags=[f"tag-{more}-{at}"])
        APIVersion.objects.filter(api__slug="payments-0-0").update(sunset_on=timezone.localdate())
        client.get(f"/browse/?{query}")
        with CaptureQueriesContext(connection) as queries:
            shown(client, f"/browse/?{query}")
        counts.append(len(queries))

    assert counts == [number, number]


def test_services_lead_to_what_is_exposed_of_the_same_owner(bank: Cast):
    exposed = "/discovery/posture/services/?open=true"

    member = bank.client("member")

    assert f'href="{exposed}"' in shown(member, "/browse/?kind=service")
    assert f'href="{exposed}&amp;owner=payments"' in shown(member, "/browse/?kind=service&owner=payments")
    assert exposed not in shown(bank.client("anonymous"), "/browse/?kind=service")
    assert exposed not in shown(member, "/browse/?kind=api")
