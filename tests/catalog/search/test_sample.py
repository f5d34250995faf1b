"""Words and choices of more documents than are counted. The rows are written as they are, to have so many at once."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.actor import Actor, anonymous
from accounts.models import Role
from catalog.models import Domain, EntryDocument
from catalog.search.query import search
from catalog.search.sample import ONE_IN, is_sampled
from catalog.search.values import SearchPage, SearchRequest
from common.paging import COUNT_LIMIT

READER = Actor(kind="user", name="reader", role=Role.VIEWER)

# 24,000 have the word «ledger», 9,600 «teller», 3,000 are in the domain «rare» and 8,000 are public.
DOCUMENTS = f"""
INSERT INTO catalog_entrydocument (
  scope, domain_key, tag_keys, environment_keys, lifecycle, format, sort_title, title_words, rank, vector, sampled,
  kind, object_id, name, title, description, version, parent_kind, parent_name, service_kind, operation_count,
  updated_at, published_at, words_due)
SELECT scope, domain, '{{}}', '{{}}', lifecycle, 'openapi', 'api ' || number, 2, 700,
  array_to_tsvector(array_remove(ARRAY['ledger', CASE WHEN mod(number, 5) < 2 THEN 'teller' END], NULL))
  || search_values(NULL, domain, NULL, '{{}}', '{{}}', lifecycle, 'openapi'),
  {is_sampled("number")}, 'api', number, 'api-' || number, 'Api ' || number, '', '', '', '', '', 0, now(), now(), false
FROM (
  SELECT number, CASE WHEN mod(number, 3) = 0 THEN 0 ELSE -1 END AS scope,
         CASE WHEN mod(number, 8) = 0 THEN %(rare)s ELSE %(usual)s END AS domain,
         CASE WHEN mod(number, 10) = 0 THEN 'draft' ELSE 'published' END AS lifecycle
  FROM generate_series(1, 24000) AS number
) AS made
"""


@pytest.fixture(scope="module")
def _written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        rare, usual = (Domain.objects.create(slug=slug, title=slug.title()) for slug in ("rare", "usual"))
        with connection.cursor() as cursor:
            cursor.execute(DOCUMENTS, {"rare": rare.pk, "usual": usual.pk})
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _catalog(_written: None, db: None) -> None:
    pass


def ask(q: str = "", *, actor: Actor = READER, **filters: str) -> SearchPage:
    chosen = {facet: (value,) for facet, value in filters.items()}
    return search(actor, SearchRequest(q=q, filters=chosen, kinds=("api",), limit=10, facets=True))


def counts(page: SearchPage, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in page.facets[facet]}


def test_the_sample_is_a_sixteenth() -> None:
    sampled = EntryDocument.objects.filter(sampled=True).count()

    assert abs(sampled - 24_000 / ONE_IN) < 200


def test_a_word_in_more_than_is_counted_is_known_from_the_sample() -> None:
    page = ask("ledger")

    assert (page.count, page.count_exact) == (COUNT_LIMIT, False)
    assert len(page.results) == 10
    assert page.next
    shares = counts(page, "domain")
    assert 5 < shares["usual"] / shares["rare"] < 10


def test_a_word_in_fewer_is_counted() -> None:
    page = ask("teller")

    assert (page.count, page.count_exact) == (9_600, True)
    assert counts(page, "domain") == {"usual": 8_400, "rare": 1_200}


def test_a_common_word_under_a_choice_is_counted() -> None:
    page = ask("ledger", domain="rare")

    assert (page.count, page.count_exact) == (3_000, True)
    assert counts(page, "lifecycle")["published"] == 2_400
    assert counts(page, "domain")["usual"] > counts(page, "domain")["rare"]


def test_a_common_word_is_counted_where_the_reader_sees_few() -> None:
    page = ask("ledger", actor=anonymous())

    assert (page.count, page.count_exact) == (8_000, True)
    assert counts(page, "domain") == {"usual": 7_000, "rare": 1_000}


def test_one_choice_is_counted_from_what_is_kept() -> None:
    assert (ask(lifecycle="published").count, ask(lifecycle="published").count_exact) == (21_600, True)
    assert (ask(domain="rare").count, ask(domain="rare").count_exact) == (3_000, True)


def test_several_choices_are_counted_up_to_the_bound() -> None:
    many, few = ask(lifecycle="published", domain="usual"), ask(lifecycle="draft", domain="usual")

    assert (many.count, many.count_exact) == (COUNT_LIMIT, False)
    assert (few.count, few.count_exact) == (1_800, True)


def test_a_page_of_a_common_word_leads_to_the_next_and_back() -> None:
    first = ask("ledger")
    request = SearchRequest(q="ledger", kinds=("api",), limit=10, cursor=first.next)
    second = search(READER, request)
    back = search(READER, SearchRequest(q="ledger", kinds=("api",), limit=10, cursor=second.previous))

    assert not {result.name for result in first.results} & {result.name for result in second.results}
    assert [result.name for result in back.results] == [result.name for result in first.results]
