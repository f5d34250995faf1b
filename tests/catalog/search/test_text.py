import pytest

from catalog.search.highlight import Highlighter
from catalog.search.text import CHARACTERS_AT_MOST, WORDS_AT_MOST, parse, readings, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("getCreditScore", ["get", "credit", "score"]),
        ("HTTPServer", ["http", "server"]),
        ("credit_score-model", ["credit", "score", "model"]),
        ("Café Ünion", ["cafe", "union"]),
        ("oauth2 v1.2", ["oauth2", "v1", "2"]),
        ("…!?", []),
    ],
)
def test_it_splits_identifiers_and_prose_into_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("q", "method", "paths"),
    [
        ("POST /v1/payments/{id}/refunds", "post", ("v1/payments/{}/refunds",)),
        ("post /v1/payments/:id/refunds", "post", ("v1/payments/{}/refunds",)),
        ("/v1/payments/123/refunds", "", ("v1/payments/123/refunds", "v1/payments/{}/refunds")),
        ("https://api.example.com/v1/refunds?limit=3", "", ("v1/refunds",)),
        ("GET", "get", ()),
        ("get a refund", "", ()),
        ("/", "", ()),
    ],
)
def test_it_reads_a_request_line(q: str, method: str, paths: tuple[str, ...]) -> None:
    query = parse(q)

    assert (query.method, query.paths) == (method, paths)


def test_it_guesses_which_segments_are_values_but_never_all_of_them() -> None:
    assert parse("/payments/abc/refunds").guessed_paths == (
        "payments/abc/{}",
        "payments/{}/refunds",
        "{}/abc/refunds",
        "payments/{}/{}",
        "{}/abc/{}",
        "{}/{}/refunds",
    )


def test_it_takes_qualifiers_and_phrases_out_of_the_words() -> None:
    query = parse('owner:card-issuing tag:"open banking" "credit score" note:x')

    assert query.qualifiers == (("owner", "card-issuing"), ("tag", "open banking"))
    assert query.phrases == (("credit", "score"),)
    assert query.words == ("credit", "score", "note", "x")


@pytest.mark.parametrize(
    ("q", "forms"),
    [("credit scor", [False, True]), ("credit sc", [True]), ("credit ", [False]), ('"a credit"', [False])],
)
def test_it_reads_the_last_word_as_whole_before_it_lets_it_go_on(q: str, forms: list[bool]) -> None:
    assert [reading.open_ended for reading in readings(parse(q))] == forms


def test_it_cuts_what_is_too_long() -> None:
    query = parse(" ".join(f"word{number}" for number in range(1000)))

    assert len(query.words) == WORDS_AT_MOST
    assert len(query.text) <= CHARACTERS_AT_MOST


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("score", {"score", "Scores", "scoring", "scored"}),
        ("authent", {"authenticate", "authentication"}),
        ("verifi", {"verify", "verifies", "verifying"}),
        ("map", {"map", "mapping"}),
    ],
)
def test_it_marks_the_forms_of_a_word(stem: str, forms: set[str]) -> None:
    others = ("product", "sore", "scanning", "very", "authority")
    marked = Highlighter({"asked": (stem,)}).mark(" ".join([*sorted(forms), *others]))

    assert {text for text, hit in marked.segments if hit} == forms
