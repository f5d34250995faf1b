import time

import pytest

from catalog.search.query import search
from catalog.search.suggest import suggest
from catalog.search.values import ORDERINGS, SearchRequest
from common.errors import Invalid
from tests.catalog.search.conftest import Bank

HOSTILE = (
    "",
    " ",
    "x" * 10_000,
    "score " * 2_000,
    " ".join(f"word{number}" for number in range(200)),
    "!@#$%^&*()_+-=[]{};':\",./<>?",
    "\x00score\x00",
    "\ud800score",
    "'",
    "\\",
    "'\\",
    "' | 'x",
    "a & | ! (b <-> c):*",
    "score:*A",
    "%s %(x)s %%",
    "$1 $2",
    '"""" "',
    "owner: tag:\x00 kind:nonsense",
    "🚀 💥 score",
    "العربية 中文 ελληνικά",
    "/" * 500,
    "/{" * 50,
    "GET " + "/a" * 300,
    "POST /v1/payments/{id}/refunds " * 10,
    "the of and a",
    "1 2 3 4",
    "e\u0301" * 300,
)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("q", HOSTILE)
def test_it_answers_whatever_is_typed(bank: Bank, q: str, grouped: bool) -> None:
    begun = time.process_time()
    page = search(bank.outsider, SearchRequest(q=q, grouped=grouped, facets=True))
    suggest(bank.outsider, q)

    assert page.count >= len(page.results) or grouped
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("value", ["\x00", "x" * 5_000, "'; DROP TABLE catalog_api; --", "%s"])
def test_a_filter_of_nothing_finds_nothing(bank: Bank, value: str) -> None:
    facets = ("domain", "system", "owner", "tag", "lifecycle", "format", "environment", "service_kind")
    for facet in facets:
        for q in ("", "score"):
            request = SearchRequest(q=q, filters={facet: (value,)}, facets=True)
            assert search(bank.outsider, request).results == ()


@pytest.mark.parametrize("cursor", ["x", "%%%", "W10", "WyJ4IiwwXQ", "é", "WyJyZWxldmFuY2UiLDAsMSwieFx1MDAwMCIsMl0"])
@pytest.mark.parametrize("q", ["", "score"])
def test_a_cursor_of_another_list_is_an_error(bank: Bank, q: str, cursor: str) -> None:
    for ordering in ORDERINGS:
        with pytest.raises(Invalid):
            search(bank.outsider, SearchRequest(q=q, ordering=ordering, cursor=cursor))
