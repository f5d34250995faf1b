from collections.abc import Iterator

import pytest

from accounts.actor import Actor, system_actor
from accounts.models import Role
from catalog.models import API
from catalog.querysets import is_visible
from catalog.search import index
from catalog.search.query import search
from catalog.search.scope import scopes_of
from catalog.search.suggest import suggest
from catalog.search.values import FacetValue, SearchPage, SearchRequest
from tests.catalog.search.conftest import Bank

#: What a stranger might try to learn of the private API «sesame».
QUESTIONS = (
    "sesame",
    "Sesame",
    "listKeyholders",
    "GET /keyholders",
    "keyholders",
    "keyhol",
    "strongroom",
    "tag:strongbox",
    "owner:vault kind:api",
)
MISSPELT = ("seasme", "strongrom", "keyholdres")


def persons(bank: Bank, *, allowed: bool) -> Iterator[Actor]:
    if allowed:
        yield from (bank.insider, bank.administrator)
    else:
        scopeless = Actor(kind="token", name="none", role=Role.ADMINISTRATOR, scopes=frozenset())
        yield from (bank.outsider, bank.anonymous, scopeless, system_actor("clock"))


def values(page: SearchPage) -> dict[str, FacetValue]:
    return {f"{facet}:{value.value}": value for facet, rows in page.facets.items() for value in rows}


def entries_of(page: SearchPage) -> set[str]:
    return {result.api or result.name for result in page.results}


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("q", QUESTIONS)
def test_a_private_api_is_found_by_its_own_only(bank: Bank, q: str, grouped: bool) -> None:
    request = SearchRequest(q=q, grouped=grouped, facets=True)

    for actor in persons(bank, allowed=True):
        assert "sesame" in entries_of(search(actor, request))
    for actor in persons(bank, allowed=False):
        page = search(actor, request)
        assert "sesame" not in entries_of(page)
        assert page.count == 0
        assert all(value.count == 0 for value in values(page).values() if value.chosen)


@pytest.mark.parametrize("q", MISSPELT)
def test_a_private_word_corrects_nobody_elses(bank: Bank, q: str) -> None:
    for actor in persons(bank, allowed=True):
        page = search(actor, SearchRequest(q=q))
        assert page.correction is not None
        assert "sesame" in entries_of(page)
    for actor in persons(bank, allowed=False):
        page = search(actor, SearchRequest(q=q))
        assert (page.correction, page.count) == (None, 0)


def test_a_word_made_private_corrects_nobody_elses_at_once(bank: Bank) -> None:
    api = API.objects.get(slug="affordability")
    API.objects.filter(pk=api.pk).update(visibility="private", owner=bank.vault)
    index.reindex_api(api.pk)

    assert search(bank.outsider, SearchRequest(q="afordability")).correction is None


@pytest.mark.parametrize("q", ["ses", "sesame", "keyh", "/keyholders"])
def test_a_private_api_is_suggested_to_its_own_only(bank: Bank, q: str) -> None:
    for actor in persons(bank, allowed=True):
        assert any(row.api == "sesame" for group in suggest(actor, q) for row in group.suggestions)
    for actor in persons(bank, allowed=False):
        assert suggest(actor, q) == ()


@pytest.mark.parametrize("filters", [{}, {"domain": ("cards",)}, {"domain": ("cards",), "lifecycle": ("published",)}])
def test_lists_and_their_facets_count_what_the_reader_may_see(bank: Bank, filters: dict[str, tuple[str, ...]]) -> None:
    request = SearchRequest(filters=filters, kinds=("api",), facets=True)
    outside, inside = search(bank.outsider, request), search(bank.insider, request)

    assert "sesame" in entries_of(inside)
    assert "sesame" not in entries_of(outside)
    assert inside.count == outside.count + 1
    assert values(inside)["tag:strongbox"].count == 1
    assert "tag:strongbox" not in values(outside)
    assert values(inside)["domain:cards"].count == values(outside)["domain:cards"].count + 1
    assert values(inside)["kind:operation"].count == values(outside)["kind:operation"].count + 1


def test_nobody_signed_in_finds_what_is_public(bank: Bank) -> None:
    page = search(bank.anonymous, SearchRequest(kinds=("api", "team", "operation")))

    assert entries_of(page) == {"credit-check"}


def test_the_scopes_and_the_rule_of_one_entry_agree_with_the_rule_of_the_lists(bank: Bank) -> None:
    everything = system_actor("keeper", sees_everything=True)
    for actor in (*persons(bank, allowed=True), *persons(bank, allowed=False), everything):
        listed = set(API.objects.visible_to(actor).values_list("slug", flat=True))
        assert entries_of(search(actor, SearchRequest(kinds=("api",)))) == listed, scopes_of(actor)
        assert {api.slug for api in API.objects.all() if is_visible(actor, api)} == listed, actor
