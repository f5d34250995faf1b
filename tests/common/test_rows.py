"""Writing some columns of many rows at once."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from common.rows import update_rows
from discovery.models import DiscoveredService
from tests.factories.catalog import make_service
from tests.factories.discovery import make_discovered

NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def test_it_writes_the_fields_it_is_given_and_no_others(db: None) -> None:
    rows, service = [make_discovered(name=name) for name in "ab"], make_service("ledger")
    for row in rows:
        row.service, row.is_pending, row.missing_since, row.name = service, True, NOW, "unsaved"
        row.chosen, row.reasons = {"owner": row.key, "none": None}, {"quote": "“'\\\"[]{}"}
    rows[1].service = None
    update_rows(rows, ["service", "is_pending", "missing_since", "chosen", "reasons"])

    for row in rows:
        stored = DiscoveredService.objects.get(pk=row.pk)
        assert (stored.service, stored.is_pending, stored.missing_since) == (row.service, True, NOW)
        assert (stored.chosen, stored.reasons) == (row.chosen, row.reasons)
        assert stored.name != "unsaved"


def test_it_takes_one_statement_for_many_and_none_for_none(db: None) -> None:
    rows = [make_service() for _ in range(5)]
    with CaptureQueriesContext(connection) as captured:
        update_rows(rows, ["title", "owner"])
        update_rows([], ["title"])
    assert len(captured) == 1


def test_what_is_too_long_is_refused_and_not_cut(db: None) -> None:
    service = make_service()
    service.title = "x" * 301
    with pytest.raises(DataError):
        update_rows([service], ["title"])
