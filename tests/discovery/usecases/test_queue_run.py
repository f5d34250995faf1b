"""Starting a run, by hand and by the schedule."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.actor import anonymous, system_actor
from accounts.models import AuditEvent, Scope
from common.access import Denied, SignInRequired
from discovery.models import Run, Source
from discovery.permissions import Action
from discovery.runs.queue import nudge
from discovery.usecases.queue_due_runs import queue_due_runs
from discovery.usecases.queue_run import queue_run
from tests.factories.accounts import actor_of, make_token
from tests.factories.discovery import ADMINISTRATOR, make_run, make_source
from tests.personas import Cast

SCHEDULE = system_actor("schedule", Action.SOURCE_RUN)

pytestmark = pytest.mark.django_db


def test_a_run_is_queued_and_a_worker_told_at_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    source = make_source("prod")
    with django_capture_on_commit_callbacks() as told:
        run = queue_run(actor=ADMINISTRATOR, source=source, now=timezone.now())

    assert (run.state, run.number, run.started_by, told) == ("queued", 1, "factory", [nudge])
    event = AuditEvent.objects.get()
    assert (event.action, event.object_name) == ("discovery.run.queued", "prod 1")


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_is_under_way_is_the_answer(
    state: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    source = make_source()
    under_way = make_run(source, state)
    with django_capture_on_commit_callbacks() as told:
        assert queue_run(actor=ADMINISTRATOR, source=source, now=timezone.now()) == under_way

    assert (Run.objects.count(), AuditEvent.objects.count(), told) == (1, 0, [])


def test_those_who_look_after_the_source_may(cast: Cast) -> None:
    source = make_source(owner=cast.team)
    assert queue_run(actor=actor_of(cast.member), source=source, now=timezone.now()).number == 1
    token = make_token(team=cast.team, scopes=(Scope.DISCOVERY,))[1]
    assert queue_run(actor=actor_of(token), source=source, now=timezone.now()).number == 1
    for actor in (cast.stranger, cast.viewer, cast.secrets["token_publish"]):
        with pytest.raises(Denied):
            queue_run(actor=actor_of(actor), source=source, now=timezone.now())
    with pytest.raises(SignInRequired):
        queue_run(actor=anonymous(), source=source, now=timezone.now())


def test_what_is_due_is_queued_and_nothing_else() -> None:
    now = timezone.now()
    past = now - timedelta(seconds=1)
    due = make_source("due", due_at=past, schedule_seconds=900)
    make_source("later", due_at=now + timedelta(seconds=1))
    make_source("never", due_at=None)
    make_source("paused", due_at=past, is_paused=True)
    make_run(make_source("running", due_at=past), "running")

    assert queue_due_runs(actor=SCHEDULE, now=now) == 1
    assert queue_due_runs(actor=SCHEDULE, now=now) == 0
    run = Run.objects.get(state="queued")
    due.refresh_from_db()
    assert (run.source_id, run.number, run.started_by) == (due.pk, 1, "schedule")
    assert (due.run_count, due.due_at) == (1, now + timedelta(seconds=900))
    assert not AuditEvent.objects.exists()


def test_the_schedule_asks_as_often_for_one_source_as_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    past = timezone.now() - timedelta(seconds=1)
    for _ in range(30):
        make_source(due_at=past)
    with django_assert_num_queries(6):
        assert queue_due_runs(actor=SCHEDULE, now=timezone.now()) == 30
    assert Source.objects.filter(run_count=1).count() == 30


def test_only_the_schedule_may_queue_what_is_due() -> None:
    with pytest.raises(Denied):
        queue_due_runs(actor=system_actor("discovery"), now=timezone.now())
