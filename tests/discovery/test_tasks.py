"""What beat asks for, and the one task that runs sources."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from discovery import tasks
from discovery.models import DiscoveredService, Run, Source
from portal.celery import app
from tests.factories.discovery import make_discovered, make_run, make_source
from tests.factories.scripted import make_scripted, services

pytestmark = pytest.mark.usefixtures("scripted")


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(tasks, "nudge", lambda: sent.append("work"))
    return sent


def test_what_is_due_is_run(nudges: list[str]) -> None:
    for name in ("a", "b"):
        make_scripted(name, steps=services("payments"), due_at=timezone.now())
    tasks.run_due(unknown="keyword")
    assert nudges == ["work"]
    tasks.work(unknown="keyword")

    assert list(Run.objects.values_list("state", flat=True)) == ["complete"] * 2
    assert DiscoveredService.objects.count() == 2
    tasks.run_due()
    assert nudges == ["work"]


def test_a_lost_run_is_found_and_what_is_missing_for_too_long_is_retired(nudges: list[str]) -> None:
    source = make_source(lease_until=timezone.now() - timedelta(seconds=1))
    lost = make_run(source, "running")
    row = make_discovered(source, "missing", missing_since=timezone.now() - timedelta(days=30))
    tasks.run_due()

    lost.refresh_from_db()
    row.refresh_from_db()
    assert (lost.error_code, row.state, nudges) == ("worker-lost", "retired", ["work"])


def test_one_source_that_fails_does_not_hold_up_the_next() -> None:
    for steps in ([{"raise": "boom"}], services("payments")):
        source = make_scripted(steps=steps)
        make_run(source, "queued")
    tasks.work()
    assert list(Run.objects.order_by("id").values_list("state", flat=True)) == ["failed", "complete"]


def test_an_idle_minute_costs_a_handful_of_queries(
    nudges: list[str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_run(make_source(due_at=timezone.now() + timedelta(hours=1)))
    with django_assert_max_num_queries(13):
        tasks.run_due()
    assert (nudges, Source.objects.get().run_count) == ([], 1)


def test_runs_have_a_queue_and_limits_of_their_own() -> None:
    assert settings.CELERY_TASK_ROUTES["discovery.tasks.work"] == {"queue": "discovery"}
    assert tasks.work.soft_time_limit > settings.PORTICO_RUN_SECONDS + 60
    assert tasks.work.time_limit > tasks.work.soft_time_limit
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
