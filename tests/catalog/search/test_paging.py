import pytest

from catalog.search.query import search
from catalog.search.values import SearchRequest
from tests.catalog.search.conftest import Bank

LISTS = (
    {"q": "score"},
    {"q": "score", "grouped": True},
    {"q": "scroe"},
    {"q": "a customer score paymen"},
    {"q": "p"},
    {"kinds": ("api", "service", "operation", "team")},
    {"kinds": ("api", "operation"), "ordering": "-updated"},
    {"kinds": ("api", "service"), "ordering": "-published"},
)


@pytest.mark.parametrize("request_", LISTS)
def test_pages_forwards_and_backwards_are_the_whole_list(bank: Bank, request_: dict[str, object]) -> None:
    whole = [(r.kind, r.api, r.name) for r in search(bank.administrator, SearchRequest(**request_)).results]

    forwards, page = [], None
    while page is None or page.next:
        page = search(
            bank.administrator, SearchRequest(**request_, limit=2, cursor=page.next if page is not None else None)
        )
        forwards += [[(r.kind, r.api, r.name) for r in page.results]]
    assert [row for rows in forwards for row in rows] == whole

    backwards = [forwards[-1]]
    while page.previous:
        page = search(bank.administrator, SearchRequest(**request_, limit=2, cursor=page.previous))
        backwards.insert(0, [(r.kind, r.api, r.name) for r in page.results])
    assert [row for rows in backwards for row in rows] == whole
