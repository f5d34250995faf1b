"""What time alone changes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discovery.models import DiscoveredService, Run, RunProblem
from discovery.runs.upkeep import KEPT_RUNS, forget_old_runs, retire
from tests.factories.discovery import make_discovered, make_run, make_source

pytestmark = pytest.mark.django_db


def test_what_is_missing_beyond_the_time_of_grace_is_retired() -> None:
    now = timezone.now()
    source = make_source(grace_seconds=3600)
    due = make_discovered(source, "missing", missing_since=now - timedelta(hours=1))
    patient = make_discovered(source, "missing", missing_since=now - timedelta(minutes=59))
    ignored = make_discovered(source, "ignored", missing_since=now - timedelta(hours=2))
    here = make_discovered(source)

    assert (retire(now), retire(now)) == (2, 0)
    states = dict(DiscoveredService.objects.values_list("pk", "state"))
    assert states == {due.pk: "retired", patient.pk: "missing", ignored.pk: "ignored", here.pk: "new"}
    assert set(DiscoveredService.objects.filter(retired_at=now).values_list("pk", flat=True)) == {due.pk, ignored.pk}


def test_only_the_newest_runs_of_a_source_are_kept() -> None:
    source, other = make_source(), make_source()
    Run.objects.bulk_create(
        Run(source=source, number=number, state="complete", started_by="test") for number in range(1, KEPT_RUNS + 4)
    )
    source.run_count = KEPT_RUNS + 3
    source.last_run = Run.objects.get(source=source, number=2)
    source.save()
    Run.objects.filter(source=source, number=3).update(state="running")
    RunProblem.objects.create(run=Run.objects.get(source=source, number=1), position=0, severity="error", code="x")
    make_run(other)

    assert (forget_old_runs(), forget_old_runs()) == (1, 0)
    assert sorted(Run.objects.filter(source=source).values_list("number", flat=True))[:3] == [2, 3, 4]
    assert Run.objects.filter(source=other).count() == 1
