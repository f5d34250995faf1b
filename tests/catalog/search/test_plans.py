import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.actor import Actor
from accounts.models import Role
from bench.generate import generate
from catalog.models import OperationDocument
from catalog.search import stems
from catalog.search.filtering import Conditions
from catalog.search.query import search
from catalog.search.ranked import statement
from catalog.search.suggest import suggest
from catalog.search.terms import terms_of
from catalog.search.text import parse
from catalog.search.values import SearchRequest

APIS, SEED = 200, 3
READER = Actor(kind="user", name="reader", role=Role.VIEWER)


@pytest.fixture(scope="module")
def _generated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        generate(APIS, SEED)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _catalog(_generated: None, db: None) -> None:
    stems._stems.clear()


def plan_of(sql: str) -> str:
    names: dict[str, int] = {}
    numbered = re.sub(r"%\((\w+)\)s", lambda name: f"${names.setdefault(name[1], len(names) + 1)}", sql)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {numbered}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("filters", [{}, {"domain": ("cards",), "tag": ("pii",)}])
@pytest.mark.parametrize("q", ["invoice", "card lim", "POST /v1/card-limits/{id}", "getCardLimit"])
def test_words_are_found_by_the_index(q: str, filters: dict[str, tuple[str, ...]], grouped: bool) -> None:
    query = parse(q)
    sql = statement(
        Conditions([0, -1], filters),
        terms_of(query, stems.stems_of(query.words), owners=True),
        kinds=[],
        facets=True,
        grouped=grouped,
        backwards=False,
        after=False,
        limit=21,
    )
    plan = plan_of(sql)

    assert OperationDocument.objects.count() > 2_000
    assert "Bitmap Index Scan on operation_document_vector" in plan
    assert "Seq Scan on catalog_operationdocument" not in plan


@pytest.mark.parametrize(
    ("request_", "queries"),
    [
        (SearchRequest(), 3),
        (SearchRequest(facets=True), 4),
        (SearchRequest(facets=True, filters={"domain": ("cards",), "lifecycle": ("published",)}), 4),
        (SearchRequest(kinds=("operation",)), 4),
        (SearchRequest(q="invoice pricing"), 4),
        (SearchRequest(q="invoice", facets=True, grouped=True), 5),
        (SearchRequest(q="invoice", facets=True, grouped=True, filters={"owner": ("x",), "tag": ("pii",)}), 5),
        (SearchRequest(q="invoi", facets=True, grouped=True), 6),
        (SearchRequest(q="invioce", facets=True, grouped=True), 10),
    ],
)
def test_a_search_takes_few_queries(request_: SearchRequest, queries: int) -> None:
    with CaptureQueriesContext(connection) as captured:
        search(READER, request_)

    assert 0 < len(captured) <= queries


def test_a_suggestion_takes_four_queries() -> None:
    with CaptureQueriesContext(connection) as captured:
        groups = suggest(READER, "invoi")

    assert 0 < sum(len(group.suggestions) for group in groups) <= 8
    assert len(captured) <= 4


def test_a_statement_is_planned_once_a_connection() -> None:
    search(READER, SearchRequest(q="invoice"))
    prepared = connection.connection._prepared._names.copy()
    search(READER, SearchRequest(q="parcel"))

    assert connection.connection._prepared._names == prepared
