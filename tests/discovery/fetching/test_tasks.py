"""From the minute of beat to the document, by the tasks."""

import pytest
from django.conf import settings

from discovery import tasks
from discovery.fetching.engine import BATCH_SECONDS
from discovery.models import FetchOutcome
from tests.discovery.fetching.bank import Bank, fetch


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(tasks, "nudge_fetching", lambda: sent.append("fetch"))
    monkeypatch.setattr(tasks, "nudge_specifications", lambda: sent.append("publish"))
    monkeypatch.setattr(tasks, "nudge", lambda: sent.append("work"))
    return sent


def test_beat_finds_what_is_due_and_the_task_fetches_it(bank: Bank, nudges: list[str]):
    bank.source()
    bank.service("ledger")
    bank.serve("ledger")
    bank.see()
    tasks.run_due()
    assert nudges == ["fetch"]
    tasks.fetch_specifications(unknown="keyword")
    assert (nudges, fetch("ledger").outcome) == (["fetch", "publish"], FetchOutcome.FOUND)
    tasks.run_due()
    tasks.fetch_specifications()
    assert nudges == ["fetch", "publish"]


def test_fetching_has_a_queue_and_limits_of_its_own():
    assert settings.CELERY_TASK_ROUTES["discovery.tasks.fetch_specifications"] == {"queue": "discovery"}
    assert tasks.fetch_specifications.soft_time_limit > tasks.FETCH_SECONDS + BATCH_SECONDS
    assert tasks.fetch_specifications.time_limit > tasks.fetch_specifications.soft_time_limit
