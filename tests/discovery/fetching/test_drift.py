"""What runs, held against what is published."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import API, APIVersion, Lifecycle
from catalog.usecases.edit_version import edit_version
from discovery.fetching.drift import compare_overdue
from discovery.locks import may_forget_documents, share_documents
from discovery.models import (
    DiscoveredService,
    DiscoveredSpecification,
    PublicationRule,
    SpecificationDrift,
    SpecificationOutcome,
)
from discovery.runs.upkeep import forget_documents
from discovery.specifications import publish_specifications
from discovery.usecases.publish_discovered import publish_discovered
from tests.discovery.fetching.bank import LEDGER, Bank, row
from tests.factories.accounts import actor_of
from tests.factories.catalog import as_bytes, openapi, publish
from tests.personas import Cast

BALANCE = {"/balances/{id}": {"get": {"operationId": "getBalance", "responses": {"200": {"description": "It"}}}}}


def changed(version: str = "1.2.0", **info: str) -> bytes:
    """The ledger with one more operation."""
    document = openapi(version, title="Ledger")
    document["info"] |= info
    return as_bytes({**document, "paths": {**document["paths"], **BALANCE}})


@pytest.fixture
def ledger(bank: Bank, cast: Cast) -> DiscoveredService:
    """The ledger of the bank is published, and so is what it runs with: version 1.2.0."""
    bank.source()
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    bank.look()
    found = row("ledger")
    DiscoveredService.objects.filter(pk=found.pk).update(proposed_owner=cast.team)
    publish_discovered(
        actor=actor_of(cast.administrator), discovered=[found], values={"owner": cast.team.slug}, now=timezone.now()
    )
    settle()
    return row("ledger")


def settle() -> None:
    publish_specifications(now=timezone.now())


def run_with(bank: Bank, document: bytes) -> DiscoveredService:
    """The ledger runs with another document from now on."""
    bank.serve("ledger", body=document)
    bank.look()
    settle()
    return row("ledger")


def drift() -> SpecificationDrift:
    return SpecificationDrift.objects.get()


def names() -> list[str]:
    return list(APIVersion.objects.order_by("name").values_list("name", flat=True))


def drafts_rule(found: DiscoveredService) -> None:
    rule = PublicationRule.objects.create(name="drafts", publishes_drafts=True)
    DiscoveredService.objects.filter(pk=found.pk).update(rule=rule)


def test_it_publishes_the_first_document_of_a_service(ledger: DiscoveredService):
    assert ledger.specification_outcome == SpecificationOutcome.PUBLISHED
    assert ledger.specification_version.name == "1.2.0"
    assert not SpecificationDrift.objects.exists()


@pytest.mark.parametrize("version", ["1.2.0", "1.3.0"])
def test_it_publishes_no_other_document_by_itself(bank: Bank, ledger: DiscoveredService, version: str):
    found = run_with(bank, changed(version))
    assert found.specification_outcome == SpecificationOutcome.DIFFERS
    assert names() == ["1.2.0"]
    assert drift().details["added"] == ["GET /balances/{id}"]
    assert (drift().added, drift().removed, drift().changed, drift().running) == (1, 0, 0, version)
    assert drift().details["other"] == ([] if version == "1.2.0" else ["version"])
    assert "1 operation added" in found.specification_note


def test_it_takes_the_same_document_in_other_bytes_for_the_same(bank: Bank, ledger: DiscoveredService):
    document = openapi("1.2.0", title="Ledger")
    document["servers"] = [{"url": "http://10.0.0.1:8080", "description": "Generated server url"}]
    found = run_with(bank, yaml.safe_dump(document, sort_keys=True).encode())
    assert found.specification_outcome == SpecificationOutcome.PUBLISHED
    assert found.specification_version.name == "1.2.0"
    assert names() == ["1.2.0"]


def test_it_drifts_no_more_when_the_service_runs_with_what_is_published(bank: Bank, ledger: DiscoveredService):
    run_with(bank, changed())
    assert SpecificationDrift.objects.exists()
    found = run_with(bank, LEDGER)
    assert found.specification_outcome == SpecificationOutcome.PUBLISHED
    assert not SpecificationDrift.objects.exists()


def test_it_drifts_no_more_once_what_runs_is_published(
    bank: Bank, ledger: DiscoveredService, cast: Cast, django_capture_on_commit_callbacks: Any
):
    run_with(bank, changed("1.3.0"))
    assert SpecificationDrift.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        publish(API.objects.get().slug, "1.3.0", document=changed("1.3.0"), actor=actor_of(cast.administrator))
    settle()
    assert row("ledger").specification_outcome == SpecificationOutcome.PUBLISHED
    assert not SpecificationDrift.objects.exists()


def test_it_says_since_when_it_drifts(bank: Bank, ledger: DiscoveredService):
    run_with(bank, changed())
    since = drift().since
    run_with(bank, changed(description="More"))
    assert (drift().since, drift().details["other"]) == (since, ["description"])
    assert drift().compared_at > since


def test_it_publishes_a_draft_when_the_rule_says_so_and_overwrites_it(bank: Bank, ledger: DiscoveredService):
    drafts_rule(ledger)
    run_with(bank, changed("1.3.0"))
    run_with(bank, changed("1.3.0", description="More"))
    assert names() == ["1.2.0", "1.3.0"]
    draft = APIVersion.objects.get(name="1.3.0")
    assert (draft.lifecycle, draft.description) == (Lifecycle.DRAFT, "More")
    assert drift().draft == draft
    assert row("ledger").specification_outcome == SpecificationOutcome.DIFFERS
    assert API.objects.get().current_version.name == "1.2.0"


def test_it_forgets_documents_that_no_service_has_any_more(bank: Bank, ledger: DiscoveredService):
    for number in range(3):
        run_with(bank, changed(f"1.{number}.0", description="at each look another"))
    assert DiscoveredSpecification.objects.count() == 4
    assert forget_documents(timezone.now()) == 0
    assert forget_documents(timezone.now() + timedelta(hours=2)) == 3
    kept = row("ledger")
    assert (DiscoveredSpecification.objects.get(), kept.specification_outcome) == (kept.specification, "differs")


@pytest.mark.django_db(transaction=True)
def test_no_document_is_forgotten_while_one_is_taken():
    with transaction.atomic():
        share_documents()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(may_forget).result() is False
    assert may_forget() is True


def may_forget() -> bool:
    try:
        with transaction.atomic():
            return may_forget_documents()
    finally:
        connection.close()


def test_it_publishes_no_draft_without_end(bank: Bank, ledger: DiscoveredService, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.fetching.drift._DRAFTS_AT_MOST", 2)
    drafts_rule(ledger)
    for number in range(3, 6):
        run_with(bank, changed(f"1.{number}.0"))
    assert names() == ["1.2.0", "1.3.0", "1.4.0"]
    assert (drift().running, drift().draft) == ("1.5.0", None)
    run_with(bank, changed("1.4.0", description="More"))
    assert APIVersion.objects.get(name="1.4.0").description == "More"


def test_it_names_the_draft_beside_a_version_that_is_published(bank: Bank, ledger: DiscoveredService):
    drafts_rule(ledger)
    run_with(bank, changed())
    run_with(bank, changed(description="More"))
    assert names() == ["1.2.0", "1.2.0-drift.1"]
    assert APIVersion.objects.get(name="1.2.0-drift.1").lifecycle == Lifecycle.DRAFT


def test_it_overwrites_no_draft_of_a_person(bank: Bank, ledger: DiscoveredService, cast: Cast):
    publish(API.objects.get().slug, "1.3.0", actor=actor_of(cast.administrator), lifecycle="draft")
    before = APIVersion.objects.get(name="1.3.0").specification
    drafts_rule(ledger)
    run_with(bank, changed("1.3.0"))
    assert names() == ["1.2.0", "1.3.0", "1.3.0-drift.1"]
    assert APIVersion.objects.get(name="1.3.0").specification == before


def test_it_drifts_no_more_once_a_person_publishes_the_draft(
    bank: Bank, ledger: DiscoveredService, cast: Cast, django_capture_on_commit_callbacks: Any
):
    drafts_rule(ledger)
    run_with(bank, changed("1.3.0"))
    draft = APIVersion.objects.get(name="1.3.0")
    with django_capture_on_commit_callbacks(execute=True):
        edit_version(
            actor=actor_of(cast.administrator), version=draft, metadata={"lifecycle": "published"}, now=timezone.now()
        )
    settle()
    assert not SpecificationDrift.objects.exists()
    assert row("ledger").specification_version == draft


def test_it_compares_again_though_nobody_was_told_of_a_version(bank: Bank, ledger: DiscoveredService, cast: Cast):
    run_with(bank, changed("1.3.0"))
    publish(API.objects.get().slug, "1.3.0", document=changed("1.3.0"), actor=actor_of(cast.administrator))
    settle()
    assert SpecificationDrift.objects.exists()
    assert compare_overdue() == 1
    settle()
    assert not SpecificationDrift.objects.exists()
    run_with(bank, changed("1.4.0"))
    assert compare_overdue() == 0
