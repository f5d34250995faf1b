import pytest

from catalog.search.query import search
from catalog.search.values import OPERATION, SearchPage, SearchRequest
from tests.catalog.search.conftest import Bank, operation, parameter
from tests.factories.catalog import make_api, openapi


def found(bank: Bank, q: str, **request: object) -> SearchPage:
    return search(bank.outsider, SearchRequest(q=q, **request))


def names(page: SearchPage) -> list[str]:
    return [result.operation_id or result.name for result in page.results]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("Credit Check", "credit-check"),
        ("credit-check", "credit-check"),
        ("creditcheck", "credit-check"),
        ("getCreditScore", "getCreditScore"),
        ("getcreditscore", "getCreditScore"),
        ("Get the credit score of a customer", "getCreditScore"),
        ("POST /v1/payments/{id}/refunds", "createRefund"),
        ("GET /v1/payments/{whatever}/refunds", "listRefunds"),
        ("POST /v1/payments/4711/refunds", "createRefund"),
        ("get /v1/payments/pay_8f3a/refunds", "listRefunds"),
        ("POST /bank/v1/payments/1/refunds", "createRefund"),
        ("POST payments/1/refunds", "createRefund"),
        ("customers/{id}/score", "getCreditScore"),
        ("bureau", "listBureaus"),
        ("bureaus", "listBureaus"),
        ("Lending Platform", "lending"),
        ("mortgage", "mortgage"),
        ("scoring model", "credit-score-model"),
    ],
)
def test_it_finds_first(bank: Bank, q: str, first: str) -> None:
    assert names(found(bank, q))[0] == first


def test_a_title_goes_before_an_operation_and_an_operation_before_a_description(bank: Bank) -> None:
    titles, descriptions = names(found(bank, "credit")), names(found(bank, "customer"))

    assert titles.index("credit-check") < titles.index("getCreditScore") < titles.index("affordability")
    assert descriptions.index("getCreditScore") < descriptions.index("credit-check")


@pytest.mark.parametrize("q", ["sco", "scor", "credit scor", "getCred", "getcred", "refun", "affor", "/v1/paym"])
def test_it_finds_by_the_beginning_of_a_word(bank: Bank, q: str) -> None:
    page = found(bank, q)

    assert page.results
    assert page.correction is None


@pytest.mark.parametrize(
    ("q", "used", "first"),
    [
        ("credt chekc", "credit check", "credit-check"),
        ("afordability", "affordability", "affordability"),
        ("getCreditSocre", "get credit score", "getCreditScore"),
        ("refudn", "refund", "listRefunds"),
    ],
)
def test_it_corrects_openly(bank: Bank, q: str, used: str, first: str) -> None:
    page = found(bank, q)

    assert page.correction is not None
    assert (page.correction.asked, page.correction.used) == (q, used)
    assert names(page)[0] == first
    assert found(bank, q, exact=True).results == ()


def test_a_field_says_where_it_matched(bank: Bank) -> None:
    page = found(bank, "creditScore", kinds=(OPERATION,))
    result = next(result for result in page.results if result.operation_id == "assess")

    assert (result.matched.where, result.matched.place, result.matched.text) == (
        "field",
        "request",
        "applicant.creditScore",
    )


FAR = "Everything that a bank says of itself, at some length. " * 10

DECISIONS = {
    "/decisions/{id}": {
        "get": operation(
            "readOutcome",
            "Read the outcome of a decision",
            description=f"{FAR} The wallaby is told by post.",
            parameters=[parameter("id"), {"name": "decisionId", "in": "query", "schema": {"type": "string"}}],
        )
    }
}


@pytest.mark.parametrize(
    ("q", "where", "text"),
    [
        ("getCreditScore", "operation_id", "getCreditScore"),
        ("getcreditscore", "operation_id", "getCreditScore"),
        ("listBureaus", "operation_id", "listBureaus"),
        ("credit score of a customer", "summary", ""),
        ("decisionId", "field", "decisionId"),
        ("decisionid", "field", "decisionId"),
        ("decision", "summary", ""),
        ("GET /decisions/4711", "path", ""),
        ("wallaby", "description", "wallaby"),
        ("creditcheck", "title", ""),
        ("credit-check", "title", ""),
        ("numbat", "description", "numbat"),
        ("quoll", "description", "quoll"),
        ("scoring", "summary", ""),
        ("mortgage", "domain", "Mortgage"),
        ("lending platform", "owner", "Lending Platform"),
    ],
)
def test_a_result_says_why_it_matched(bank: Bank, q: str, where: str, text: str) -> None:
    document = openapi(title="Decisions", paths=DECISIONS, components={})
    make_api(
        "decisions",
        owner=bank.lending,
        document=document,
        description=f"{FAR} A numbat.",
        docs=f"# Why\n\n{FAR} A quoll.",
    )
    page = found(bank, q)
    of_operations = {"operation_id", "summary", "field", "path"}
    first = next(
        result
        for result in page.results
        if (result.kind == OPERATION if where in of_operations else result.kind in {"api", "operation", "page"})
    )

    assert (first.matched.where, first.matched.text) == (where, text)
    assert all(result.matched.where for result in page.results)


def test_matches_are_marked_as_pieces_of_the_text(bank: Bank) -> None:
    result = next(result for result in found(bank, "credit scores").results if result.operation_id == "getCreditScore")

    assert result.title_segments == (
        ("Get the ", False),
        ("credit", True),
        (" ", False),
        ("score", True),
        (" of a customer", False),
    )
    assert "".join(text for text, _ in result.path_segments) == "/customers/{id}/score"


def test_operations_hang_below_their_api_when_grouped(bank: Bank) -> None:
    page = found(bank, "score", grouped=True)
    check = next(result for result in page.results if result.name == "credit-check")

    assert {result.operation_id for result in check.operations} == {"getCreditScore", "listScores", "startBatch"}
    assert check.more_operations == 0
    assert check.matched.where == ""
    assert page.count == 5


def test_at_most_three_operations_hang_and_the_others_are_counted(bank: Bank) -> None:
    page = found(bank, "/v1/pay", grouped=True)
    paths = {f"/part/{number}": {"get": operation(f"part{number}", "Read a widget")} for number in range(5)}
    make_api("widgets", title="Widgets", document=openapi(title="Widgets", paths=paths, components={}))
    widgets = found(bank, "widget", grouped=True).results[0]

    assert len(page.results[0].operations) == 3
    assert (len(widgets.operations), widgets.more_operations) == (3, 2)


def test_words_of_the_api_complete_a_match_of_its_operations(bank: Bank) -> None:
    assert "listBureaus" in names(found(bank, "credit check bureaus"))
    assert "listBureaus" not in names(found(bank, "credit check"))


def test_a_phrase_needs_its_words_in_order(bank: Bank) -> None:
    assert "getCreditScore" in names(found(bank, '"credit score"'))
    assert "getCreditScore" not in names(found(bank, '"score credit"'))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("owner:lending domain:cards kind:api", {"payments"}),
        ("kind:service", {"credit-score-model"}),
        ("tag:risk kind:api", {"credit-check"}),
        ("tag:nonsense", set()),
        ("score kind:service", {"credit-score-model"}),
    ],
)
def test_qualifiers_narrow(bank: Bank, q: str, expected: set[str]) -> None:
    assert set(names(found(bank, q))) == expected


def test_what_a_result_shows_of_a_description_is_plain_text(bank: Bank) -> None:
    docs = (
        "# Tariffs\n\nSee **all** of [them](/x):\n\n| Bird | Fee |\n| --- | --- |\n| emu | `1` |\n\n```\nemu()\n```\n"
    )
    make_api("tariffs", owner=bank.lending, title="Tariffs", description="The _emu_ tariff.", docs=docs)
    page = found(bank, "emu")

    assert {result.kind: result.description for result in page.results} == {
        "api": "The emu tariff.",
        "page": "Tariffs See all of them: Bird Fee emu 1",
    }
    assert [hit for result in page.results for text, hit in result.description_segments if text == "emu"] == [
        True,
        True,
    ]
