"""Runs from end to end, in one process, with a connector that yields what it is told."""

import pytest
from django.db import connection

from discovery.models import DiscoveredService, RunState
from tests.factories.scripted import make_source, see, services

pytestmark = pytest.mark.usefixtures("scripted")


def rows() -> dict[str, tuple]:
    return {
        row.key: (row.state, row.hold, row.missing_since is not None, row.last_seen_at is not None)
        for row in DiscoveredService.objects.all()
    }


def versions() -> list[tuple]:
    """Each row with the place of its current version, which any write changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, ctid::text FROM discovery_discoveredservice ORDER BY key")
        return cursor.fetchall()


HERE, GONE = ("new", "", False, False), ("missing", "", True, True)


def test_it_keeps_what_it_sees() -> None:
    source = make_source()
    run = see(source, services("payments", "cards", labels={"App": "Pay"}))

    assert (run.state, run.counts["new"], run.counts["observed"]) == (RunState.COMPLETE, 2, 2)
    assert [step["state"] for step in run.phases] == ["done"] * 3
    assert rows() == {"default/payments": HERE, "default/cards": HERE}
    assert DiscoveredService.objects.get(name="cards").search_text == "cards default  app=pay"
    source.refresh_from_db()
    assert (source.lease_until, source.last_run_id, source.seen_at) == (None, run.pk, run.started_at)


def test_it_writes_no_row_for_what_has_not_changed() -> None:
    source = make_source()
    see(source, services("payments", "cards"))
    before = versions()
    run = see(source)

    assert (run.counts["new"], run.counts["unchanged"]) == (0, 2)
    assert versions() == before
