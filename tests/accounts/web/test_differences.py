import pytest

from accounts.web.differences import Difference, worded


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["viewer", "publisher"], "viewer → publisher"),
        ([None, ["read", "publish"]], "– → read, publish"),
        ([[], [["On call", "tel:1"]]], "– → On call, tel:1"),
        ([True, False], "yes → no"),
        (["", 3], "– → 3"),
        ("2.0.0", "– → 2.0.0"),
        (["anna", "anna"], "anna"),
        (["a" * 200, "b"], f"{'a' * 119}… → b"),
    ],
)
def test_it_words_what_was_before_and_after(values, words):
    assert worded({"expires_at": values}) == [Difference("expires at", words)]


@pytest.mark.parametrize("values", [[None, None], ["", None], [[], ""], None])
def test_it_leaves_out_what_neither_was_nor_is(values):
    assert worded({"expires_at": values}) == []


def test_it_says_what_became_of_each_page():
    pages = [{"how-to-order": None, "limits": 20, "old": 5}, {"how-to-order": 83, "limits": 20, "old": None}]

    assert worded({"docs": pages}) == [
        Difference("docs", "added page how-to-order, changed page limits, removed page old")
    ]
