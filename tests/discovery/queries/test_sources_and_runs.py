"""Reading sources and runs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import NotFound
from discovery.models import RunProblem, RunState
from discovery.queries.runs import problems_of, run_of, runs_of
from discovery.queries.sources import source_named, sources
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.discovery import ADMINISTRATOR, make_run, make_source

pytestmark = pytest.mark.django_db


def test_a_source_comes_with_its_last_run_and_those_under_way():
    source = make_source("prod")
    make_run(source)
    running, queued = make_run(source, RunState.RUNNING), make_run(source, RunState.QUEUED)
    with CaptureQueriesContext(connection) as queries:
        found = source_named(ADMINISTRATOR, "prod")
        shown = (found.last_run.number, found.environment.slug, found.owner, found.runs_under_way)
    assert shown == (1, "production", None, [running, queued])
    assert len(queries) == 2


def test_sources_are_for_administrators_and_their_teams():
    person = make_user()
    make_source("theirs", owner=make_team(members=(person,)))
    make_source("other")
    assert [source.name for source in sources(actor_of(person))] == ["theirs"]
    with pytest.raises(NotFound):
        source_named(actor_of(person), "other")


def test_runs_and_problems_are_those_of_the_source():
    person = make_user()
    source = make_source("prod", owner=make_team(members=(person,)))
    first, second = make_run(source), make_run(source)
    make_run(make_source("other"))
    RunProblem.objects.create(run=first, position=1, severity="error", code="yaml", message="Broken.", line=3)
    for actor in (ADMINISTRATOR, actor_of(person)):
        assert set(runs_of(actor, "prod")) == {first, second}
        assert run_of(actor, "prod", 2) == second
        assert [problem.line for problem in problems_of(actor, "prod", 1)] == [3]
    stranger = actor_of(make_user())
    for read in (
        lambda: runs_of(stranger, "prod"),
        lambda: run_of(stranger, "prod", 1),
        lambda: problems_of(stranger, "prod", 1),
        lambda: run_of(ADMINISTRATOR, "prod", 3),
    ):
        with pytest.raises(NotFound):
            read()
