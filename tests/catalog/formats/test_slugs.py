from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.formats.slugs import LENGTH_AT_MOST, operation_slugs


def test_it_takes_a_safe_operation_id():
    assert operation_slugs([("getScore", "GET", "/a"), ("list_all.v2", "GET", "/b")]) == ["getScore", "list_all.v2"]


def test_it_makes_words_of_method_and_path_otherwise():
    keys = [
        ("", "GET", "/v1/payments/{id}/refunds"),
        ("with space", "POST", "/v1/payments"),
        ("..", "GET", "/"),
        ("twice", "PUT", "/a"),
        ("twice", "PUT", "/b"),
    ]
    expected = ["get-v1-payments-id-refunds", "post-v1-payments", "get", "put-a", "put-b"]
    assert operation_slugs(keys) == expected


def test_it_keeps_them_apart():
    keys = [("", "GET", "/a/b"), ("", "GET", "/a-b"), ("get-a-b-2", "GET", "/c"), ("", "GET", "/a_b")]
    assert operation_slugs(keys) == ["get-a-b", "get-a-b-3", "get-a-b-2", "get-a-b-4"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=120), st.sampled_from(["GET", "PUT"]), st.text(max_size=120))))
def test_they_are_unique_and_safe_for_any_names(keys):
    slugs = operation_slugs(keys)
    assert len(set(slugs)) == len(keys)
    assert all(slug and len(slug) <= LENGTH_AT_MOST and slug.isascii() and "/" not in slug for slug in slugs)
