"""Suggestions below the search field."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.catalog import make_api
from tests.personas import Cast


def suggested(client: Client, q: str) -> str:
    answer = client.get("/suggest/", {"q": q})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_it_groups_what_begins_with_the_words_and_leads_on(bank: Cast):
    html = suggested(bank.client("viewer"), "cred")

    assert '<div role="group" aria-label="APIs">' in html
    assert '<div role="group" aria-label="Operations">' in html
    assert 'href="/apis/credit-check/"' in html
    assert 'href="/browse/?q=cred"' in html
    assert "<html" not in html


@pytest.mark.parametrize("persona", ["anonymous", "viewer", "stranger", "token_read"])
@pytest.mark.parametrize("q", ["zan", "zanzibar", "quok", "vault", "womb", "ledger"])
def test_it_tells_strangers_nothing_of_a_private_api(bank: Cast, persona: str, q: str):
    html = suggested(bank.client(persona), q)

    assert "Zanzibar" not in html
    assert "/apis/" not in html


def test_it_suggests_the_private_api_to_its_team(bank: Cast):
    assert "/apis/zanzibar/" in suggested(bank.client("member"), "zan")


def test_it_names_no_teams_to_who_is_not_signed_in(bank: Cast):
    make_api("loans", owner=bank.other_team, title="Loans", visibility="public")

    assert "Lending" in suggested(bank.client("viewer"), "loans")
    assert "Lending" not in suggested(bank.client("anonymous"), "loans")
    assert "Lending" not in suggested(bank.client("anonymous"), "lend")


@pytest.mark.parametrize("q", ["", " "])
def test_it_has_nothing_when_nothing_is_asked(bank: Cast, q: str):
    assert "suggestion" not in suggested(bank.client("viewer"), q)


@pytest.mark.parametrize("q", ["c", "((((", "a" * 10_000, "nothingofthekind"])
def test_it_suggests_nothing_but_the_search_for_what_nothing_begins_with(bank: Cast, q: str):
    html = suggested(bank.client("viewer"), q)

    assert html.count('role="option"') == 1
    assert 'id="suggestion-all"' in html


def test_it_leads_from_misspelt_words_to_the_search_that_corrects_them(bank: Cast):
    html = suggested(bank.client("viewer"), "credt scor")

    assert 'href="/browse/?q=credt+scor"' in html
    assert "Search for “credt scor”" in html


def test_it_refuses_what_cannot_be_asked(bank: Cast):
    assert bank.client("viewer").get("/suggest/?q=%00").status_code == 400
    assert bank.client("viewer").post("/suggest/").status_code == 405


def test_it_escapes_titles_and_words(bank: Cast):
    make_api("markup", owner=bank.team, title="<b>Bold</b> refunds")

    html = suggested(bank.client("viewer"), "bold")
    assert "&lt;b&gt;" in html
    assert "<b>" not in html + suggested(bank.client("viewer"), "<b>bold")


def test_it_suggests_eight_at_most_with_few_queries(bank: Cast):
    for number in range(12):
        make_api(f"refund-{number}", owner=bank.team, title=f"Refund {number}")
    client = bank.client("member")
    suggested(client, "refund")

    with CaptureQueriesContext(connection) as queries:
        html = suggested(client, "refund")

    assert 5 <= html.count('id="suggestion-') - 1 <= 8
    assert len(queries) <= 7
