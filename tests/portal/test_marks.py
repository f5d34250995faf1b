"""Segments as HTML."""

import pytest

from catalog.search.values import Matched
from portal.pages import marks

LONG = "Nothing of interest stands in these words, which go on and on and on before anything is asked for, and then "


def test_words_side_by_side_are_one_match():
    assert marks.marked((("credit", True), (" ", False), ("score", True))) == "<mark>credit score</mark>"


def test_a_parameter_is_grey_although_a_part_of_it_matched():
    html = marks.marked_path((("/a/{", False), ("credit", True), ("Id}/b", False)))

    assert html == (
        '/a/<span class="path-parameter">{</span><span class="path-parameter"><mark>credit</mark></span>'
        '<span class="path-parameter">Id}</span>/b'
    )


@pytest.mark.parametrize("path", ["/{a}{b}", "/{never/closed", "/}{", "/<b>/{<i>}"])
def test_any_path_keeps_its_text(path):
    html = marks.marked_path(((path, False),))
    plain = html.replace('<span class="path-parameter">', "").replace("</span>", "")

    assert plain.replace("&lt;", "<").replace("&gt;", ">") == path


def test_a_description_starts_where_its_match_is_in_sight():
    far = marks.extract(((LONG, False), ("score", True), (" here", False)))
    near = marks.extract((("The ", False), ("score", True), (LONG, False)))

    assert far.startswith("… ")
    assert far.endswith("and then <mark>score</mark> here")
    assert near.startswith("The <mark>score</mark>")


@pytest.mark.parametrize(
    ("matched", "html"),
    [
        (
            Matched("field", "request", "applicant.<b>"),
            'Matched in request field <span class="mono">applicant.<mark>&lt;b&gt;</mark></span>',
        ),
        (Matched("tag", text="gdpr"), "Matched in tag <mark>gdpr</mark>"),
        (Matched("title"), ""),
        (Matched(), ""),
    ],
)
def test_it_says_where_else_it_matched(matched, html):
    assert marks.matched_words(matched) == html
