import pytest

from accounts.web.differences import Difference, worded


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        (["viewer", "publisher"], "viewer", "publisher"),
        ([None, ["read", "publish"]], "–", "read, publish"),
        ([[], [["On call", "tel:1"]]], "–", "On call, tel:1"),
        ([True, False], "yes", "no"),
        (["", 3], "–", "3"),
        ("2.0.0", "–", "2.0.0"),
        ([{"a": 1}, {}], "a: 1", "–"),
    ],
)
def test_it_words_what_was_before_and_after(values, before, after):
    assert worded({"expires_at": values}) == [Difference("expires at", before, after)]
