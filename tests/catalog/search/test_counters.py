import random
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.models import API, EntryDocument, FacetCount, Operation, Service
from catalog.search import counters, index
from catalog.search.query import search
from catalog.search.values import SearchRequest
from tests.catalog.search.conftest import Bank
from tests.factories.catalog import make_domain, make_environment, make_service

SEED = 20


def test_the_counts_equal_a_recount_after_random_writes(bank: Bank) -> None:
    chance = random.Random(SEED)
    domains = [make_domain(f"part-{number}") for number in range(3)]
    make_environment("staging")
    services = [make_service(f"worker-{number}", owner=bank.lending) for number in range(4)]
    apis = list(API.objects.all())

    for _ in range(60):
        model, ids, write = chance.choice(
            (
                (API, [api.pk for api in apis], index.reindex_api),
                (Service, [service.pk for service in services], index.reindex_service),
            )
        )
        chosen = chance.choice(ids)
        model.objects.filter(pk=chosen).update(
            visibility=chance.choice(("public", "internal", "private")),
            lifecycle=chance.choice(("draft", "published", "retired")),
            domain=chance.choice([*domains, None]),
            owner=chance.choice([bank.lending, bank.vault, None]),
            updated_at=timezone.now(),
        )
        write(chosen)
        if chance.random() < 0.2:
            kind = "api" if model is API else "service"
            index.remove(kind, chosen)
        if chance.random() < 0.2:
            counters.sum_up()

    assert counters.kept() == counters.recounted()
    assert all(number > 0 for number in counters.kept().values())


def test_writing_the_same_again_adds_no_count(bank: Bank) -> None:
    before = FacetCount.objects.count()
    index.reindex_api(API.objects.get(slug="payments").pk)

    assert FacetCount.objects.count() == before


def test_summing_up_leaves_one_row_a_count(bank: Bank) -> None:
    kept = counters.kept()
    counters.sum_up()

    assert counters.kept() == kept
    assert FacetCount.objects.count() == len(kept)


def test_the_list_counts_what_is_there(bank: Bank) -> None:
    page = search(bank.administrator, SearchRequest(facets=True))
    kinds = {value.value: value.count for value in page.facets["kind"]}

    assert kinds["api"] == API.objects.count()
    assert kinds["operation"] == Operation.objects.count()
    assert page.count == API.objects.count() + Service.objects.count()


def test_rebuilding_finds_and_repairs_a_wrong_count(bank: Bank) -> None:
    FacetCount.objects.filter(facet="owner").update(number=99)
    with pytest.raises(SystemExit):
        call_command("rebuild_search", "--check", stdout=StringIO(), stderr=StringIO())

    call_command("rebuild_search", stdout=StringIO())

    assert counters.kept() == counters.recounted()
    call_command("rebuild_search", "--check", stdout=StringIO())


def test_rebuilding_forgets_documents_about_nothing(bank: Bank) -> None:
    EntryDocument.objects.filter(kind="domain", name="cards").update(object_id=-1)
    index.rebuild()

    assert not EntryDocument.objects.filter(object_id=-1).exists()
    assert EntryDocument.objects.filter(kind="domain", name="cards").exists()
