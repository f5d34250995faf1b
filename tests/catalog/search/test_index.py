from django.utils import timezone

from catalog.models import API, DocumentationPage, Domain, OperationDocument, SearchWord, Service
from catalog.search import index, words
from catalog.search.query import search
from catalog.search.values import SearchRequest
from catalog.tasks import refresh_search
from tests.catalog.search.conftest import Bank, operation
from tests.factories.catalog import make_api, openapi, publish


def names(bank: Bank, q: str, **request: object) -> list[str]:
    return [result.name for result in search(bank.outsider, SearchRequest(q=q, **request)).results]


def test_what_is_published_is_found_before_any_task_ran(bank: Bank) -> None:
    make_api("tulips", title="Tulip Auctions")

    assert names(bank, "tulip auctions")[0] == "tulips"


def test_a_new_word_is_corrected_once_the_task_ran(bank: Bank) -> None:
    make_api("tulips", title="Chrysanthemum Auctions")
    assert names(bank, "chrysantemum") == []

    refresh_search()

    assert names(bank, "chrysantemum") == ["tulips"]
    assert words.refresh() == 0


def test_rebuilding_forgets_words_out_of_use(bank: Bank) -> None:
    SearchWord.objects.create(word="forgotten", scope=0)
    words.rebuild()

    assert not SearchWord.objects.filter(word="forgotten").exists()
    assert SearchWord.objects.filter(word="affordability", scope=-1).exists()


def test_only_the_operations_of_the_current_version_are_found(bank: Bank) -> None:
    first = openapi("1.0.0", paths={"/old": {"get": operation("readAncient", "Read the ancient")}}, components={})
    second = openapi("2.0.0", paths={"/new": {"get": operation("readModern", "Read the modern")}}, components={})
    publish("ages", "1.0.0", document=first, owner=bank.lending.slug)
    publish("ages", "2.0.0", document=second)

    assert names(bank, "readModern", exact=True)[0] == "readModern"
    assert "readAncient" not in names(bank, "readAncient", exact=True)


def test_a_new_title_reaches_the_entries_that_show_it(bank: Bank) -> None:
    domain = Domain.objects.get(slug="mortgage")
    domain.title = "Homeownership"
    domain.save()
    index.reindex_domain(domain.pk)

    found = search(bank.outsider, SearchRequest(q="homeownership")).results
    assert {"mortgage", "credit-check", "affordability"} <= {result.name for result in found}
    assert {result.domain_title for result in found if result.kind == "api"} == {"Homeownership"}


def test_a_teams_new_title_reaches_the_entries_it_owns(bank: Bank) -> None:
    bank.lending.title = "Moneylenders"
    bank.lending.save()
    index.reindex_team(bank.lending.pk)
    try:
        found = search(bank.outsider, SearchRequest(q="moneylenders", kinds=("api", "service"))).results
    finally:
        bank.lending.title = "Lending Platform"

    assert len(found) == 4
    assert {result.owner_title for result in found} == {"Moneylenders"}


def test_a_page_is_as_visible_as_its_entry(bank: Bank) -> None:
    api = API.objects.get(slug="payments")
    DocumentationPage.objects.create(api=api, slug="guide", title="Idempotency guide", body="Send a **key**.")
    index.reindex_api(api.pk)
    assert names(bank, "idempotency") == ["guide"]

    API.objects.filter(pk=api.pk).update(visibility="private", owner=bank.vault, updated_at=timezone.now())
    index.reindex_api(api.pk)

    assert names(bank, "idempotency") == []


def test_a_removed_entry_is_found_no_more(bank: Bank) -> None:
    service = Service.objects.get(slug="credit-score-model")
    index.remove("service", service.pk)
    api = API.objects.get(slug="payments")
    index.remove("api", api.pk)

    assert names(bank, "scorecard", exact=True) == []
    assert names(bank, "createRefund", exact=True) == []
    assert not OperationDocument.objects.filter(operation__version__api=api).exists()


def test_indexing_twice_equals_indexing_once(bank: Bank) -> None:
    api = API.objects.get(slug="payments")
    before = list(OperationDocument.objects.filter(operation__version__api=api).order_by("pk").values())
    index.reindex_api(api.pk)

    assert list(OperationDocument.objects.filter(operation__version__api=api).order_by("pk").values()) == before
