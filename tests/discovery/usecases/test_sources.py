"""Adding, changing, pausing and trying sources."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import AuditEvent, Role
from common.access import Denied
from common.errors import Conflict, Invalid
from discovery.connectors.base import Misconfigured
from discovery.models import Run, RunState, Source, SourceUpload, Watch
from discovery.parameters import NewUpload
from discovery.runs.claim import claim
from discovery.runs.engine import execute
from discovery.surroundings import remove_left_behind, surroundings_of
from discovery.usecases.add_source import add_source
from discovery.usecases.check_source import check_source
from discovery.usecases.edit_source import edit_source
from discovery.usecases.pause_source import pause_source
from discovery.usecases.resume_source import resume_source
from tests.factories.accounts import actor_of, make_team, make_token, make_user
from tests.factories.catalog import make_environment
from tests.factories.discovery import ADMINISTRATOR, make_discovered, make_source, stored_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

NOW = timezone.now()
SECRET = "hunter-in-the-dark"
FILE = NewUpload("list.txt", b"cart checkout")


@pytest.fixture(autouse=True)
def _production() -> None:
    make_environment("production")


def added(**metadata: Any) -> Source:
    told = {"name": "prod", "kind": "shelf", "environment": "production", "configuration": {"cluster": "c1"}}
    return add_source(actor=ADMINISTRATOR, metadata={**told, **metadata}, now=NOW)


def edited(source: Source, **metadata: Any) -> list[str]:
    return edit_source(actor=ADMINISTRATOR, source=source, metadata=metadata, now=NOW)


def everything_recorded() -> str:
    return str(list(AuditEvent.objects.values_list("difference", flat=True)))


def test_a_source_is_added_with_its_first_run():
    team = make_team("platform")
    source = added(owner="platform", schedule_seconds=None, grace_seconds=60)

    assert Source.objects.get() == source
    assert (source.owner, source.schedule_seconds, source.grace_seconds) == (team, None, 60)
    run = Run.objects.get()
    assert (run.source, run.number, run.state) == (source, 1, RunState.QUEUED)
    event = AuditEvent.objects.get(action="discovery.source.added")
    assert (event.object_name, event.actor_name, event.team_id) == ("prod", "factory", None)


def test_secrets_are_sealed_and_nowhere_else():
    source = added(configuration={"cluster": "c1", "token": SECRET})

    assert "token" not in source.configuration
    assert SECRET not in str(source.secrets)
    assert SECRET not in everything_recorded()
    with surroundings_of(source, 0.0) as around:
        assert around.configuration["token"] == SECRET


def test_a_file_is_there_for_a_while_and_for_its_owner_alone():
    source = added(configuration={"cluster": "c1", "upload": FILE})

    assert SourceUpload.objects.get().size == len(FILE.content)
    with surroundings_of(source, 12.0) as around:
        path = Path(around.configuration["upload"])
        assert path.read_bytes() == FILE.content
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert (around.source, around.environment, around.deadline) == ("prod", "production", 12.0)
    assert not path.parent.exists()


def test_what_a_killed_worker_left_is_gone_once_no_run_can_need_it(settings: Any, tmp_path: Path):
    settings.PORTICO_HOME = tmp_path
    left = tmp_path / "uploads" / "left"
    with surroundings_of(added(configuration={"cluster": "c1", "upload": FILE}), 0.0) as around:
        left.mkdir()
        (left / "upload").write_bytes(b"x")
        longest = settings.PORTICO_RUN_SECONDS + 601
        os.utime(left, (time.time() - longest, time.time() - longest))
        remove_left_behind()
        assert not left.exists()
        assert Path(around.configuration["upload"]).exists()


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"name": "Prod"}, "name"),
        ({"name": "check"}, "name"),
        ({"name": ""}, "name"),
        ({"kind": "cloud"}, "kind"),
        ({"environment": "moon"}, "environment"),
        ({"environment": ""}, "environment"),
        ({"owner": "nobody"}, "owner"),
        ({"schedule_seconds": 59}, "schedule_seconds"),
        ({"schedule_seconds": True}, "schedule_seconds"),
        ({"loss_percent": 101}, "loss_percent"),
        ({"loss_percent": None}, "loss_percent"),
        ({"loss_at_least": 0}, "loss_at_least"),
        ({"grace_seconds": -1}, "grace_seconds"),
        ({"configuration": {}}, "configuration.cluster"),
    ],
)
def test_it_refuses_by_field(metadata: dict[str, Any], field: str):
    with pytest.raises(Invalid) as caught:
        added(**metadata)
    assert list(caught.value.fields) == [field]
    assert not Source.objects.exists()


def test_it_refuses_everything_at_once():
    with pytest.raises(Invalid) as caught:
        added(environment="moon", owner="nobody", configuration={"limit": "x"})
    assert set(caught.value.fields) == {"environment", "owner", "configuration.limit", "configuration.cluster"}


def test_a_name_is_taken_once():
    added()
    with pytest.raises(Conflict, match="prod is taken"):
        added()


@pytest.mark.parametrize("verb", [add_source, check_source])
def test_only_administrators_add_and_try(verb: Any):
    person = make_user()
    make_team("platform", maintainers=(person,))
    publish_only = actor_of(make_token(role=Role.ADMINISTRATOR)[1])
    more = {"now": NOW} if verb is add_source else {}
    for actor in (actor_of(person), publish_only):
        with pytest.raises(Denied):
            verb(actor=actor, metadata={"name": "prod"}, **more)


def test_an_edit_says_what_changed_and_looks_again():
    source = added(configuration={"cluster": "c1", "token": SECRET})
    Run.objects.update(state=RunState.COMPLETE)

    assert edited(source, configuration={"cluster": "c2", "token": ""}) == ["configuration.cluster"]
    assert source.configuration["cluster"] == "c2"
    with surroundings_of(source, 0.0) as around:
        assert around.configuration["token"] == SECRET
    assert Run.objects.filter(state=RunState.QUEUED).count() == 1
    event = AuditEvent.objects.get(action="discovery.source.edited")
    assert event.difference == {"configuration.cluster": ["c1", "c2"]}


def test_a_new_secret_is_recorded_as_changed():
    source = added(configuration={"cluster": "c1", "token": "old"})
    assert edited(source, configuration={"token": SECRET}) == ["configuration.token"]
    assert SECRET not in everything_recorded()
    assert "changed" in everything_recorded()


def test_a_file_is_replaced_and_the_same_file_is_no_change():
    source = added(configuration={"cluster": "c1", "upload": FILE})
    assert edited(source, configuration={"upload": FILE}) == []
    assert edited(source, configuration={"upload": NewUpload("list.txt", b"other")}) == ["configuration.upload"]
    assert stored_file() == b"other"
    assert edited(source, configuration={"upload": None}) == ["configuration.upload"]
    assert not SourceUpload.objects.exists()


def test_an_edit_without_a_difference_writes_nothing():
    source = added()
    assert edited(source, environment="production", owner=None, configuration={"cluster": "c1"}) == []
    assert not AuditEvent.objects.filter(action="discovery.source.edited").exists()


def test_a_schedule_counts_from_now():
    source = added()
    assert edited(source, schedule_seconds=60) == ["schedule_seconds"]
    assert (source.due_at - NOW).total_seconds() == 60
    edited(source, schedule_seconds=None)
    assert source.due_at is None


def test_the_environment_is_fixed_once_something_was_discovered():
    make_environment("staging")
    source = added()
    assert edited(source, environment="staging") == ["environment"]
    make_discovered(source)
    with pytest.raises(Invalid, match="Add another source"):
        edited(source, environment="production")


def test_name_and_kind_never_change():
    source = added()
    assert edited(source, name="other", kind="other") == []
    assert (source.name, source.kind) == ("prod", "shelf")


def test_a_source_without_its_connector_can_be_edited_but_not_configured():
    source = make_source("old", kind="gone")
    assert edited(source, schedule_seconds=None) == ["schedule_seconds"]
    with pytest.raises(Invalid, match="no connector of kind “gone”"):
        edited(source, configuration={"x": "y"})


def test_it_is_paused_and_resumed_once():
    source = added()
    for _ in range(2):
        pause_source(actor=ADMINISTRATOR, source=source, now=NOW)
    assert Source.objects.get().is_paused
    for _ in range(2):
        resume_source(actor=ADMINISTRATOR, source=source, now=NOW)
    assert (Source.objects.get().is_paused, source.due_at) == (False, NOW)
    actions = AuditEvent.objects.filter(action__in=["discovery.source.paused", "discovery.source.resumed"])
    assert actions.count() == 2


def test_an_edit_of_a_paused_source_starts_nothing():
    source = added()
    Run.objects.update(state=RunState.COMPLETE)
    pause_source(actor=ADMINISTRATOR, source=source, now=NOW)
    edited(source, configuration={"cluster": "c2"})
    assert Run.objects.count() == 1


def checked(configuration: dict[str, Any], source: Source | None = None) -> Any:
    told = {"name": "prod", "kind": "shelf", "environment": "production", "configuration": configuration}
    return check_source(actor=ADMINISTRATOR, metadata=told, source=source)


def test_a_new_source_is_tried_and_nothing_is_kept():
    result = checked({"cluster": "c1", "upload": FILE, "token": "abc"})
    assert (result.is_ok, result.sentences) == (True, ("2 services.", "The token has 3 characters."))
    assert not Source.objects.exists()
    assert not SourceUpload.objects.exists()


def test_a_change_is_tried_with_what_the_source_keeps():
    source = added(configuration={"cluster": "c1", "upload": FILE, "token": "abcd"})
    result = checked({"cluster": "c1", "token": ""}, source)
    assert result.sentences == ("2 services.", "The token has 4 characters.")
    assert checked({"upload": None, "token": None}, source).sentences == (
        "0 services.",
        "The token has 0 characters.",
    )
    assert check_source(actor=ADMINISTRATOR, source=source).is_ok


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [(b"refuse", "misconfigured", "not for reading"), (b"burst", "failed", "The connector failed.")],
)
def test_a_refusal_is_an_answer(content: bytes, code: str, message: str):
    result = checked({"cluster": "c1", "upload": NewUpload("x", content)})
    assert (result.is_ok, result.code) == (False, code)
    assert message in result.message
    assert result.hint


def test_a_connector_that_is_gone_is_an_answer():
    result = check_source(actor=ADMINISTRATOR, source=make_source("old", kind="gone"))
    assert (result.is_ok, result.code) == (False, "misconfigured")
    assert "PORTICO_CONNECTORS" in result.hint


def test_a_lost_key_is_an_answer(settings: Any):
    source = added(configuration={"cluster": "c1", "token": SECRET})
    settings.PORTICO_SECRETS_KEYS = ["another"]
    assert "PORTICO_SECRETS_KEY" in check_source(actor=ADMINISTRATOR, source=source).hint
    with pytest.raises(Misconfigured), surroundings_of(source, 0.0):
        pass


def test_the_owning_team_reads_and_does_not_change():
    person = make_user()
    source = make_source("prod", kind="shelf", owner=make_team("platform", members=(person,)))
    actor: Actor = actor_of(person)
    assert Source.objects.visible_to(actor).get() == source
    for act in (
        lambda: edit_source(actor=actor, source=source, metadata={}, now=NOW),
        lambda: pause_source(actor=actor, source=source, now=NOW),
        lambda: resume_source(actor=actor, source=source, now=NOW),
        lambda: check_source(actor=actor, source=source),
    ):
        with pytest.raises(Denied):
            act()


def test_a_file_whose_key_is_lost_is_given_again(settings: Any):
    source = added(configuration={"cluster": "c1", "upload": FILE})
    assert FILE.content not in bytes(SourceUpload.objects.get().content)
    settings.PORTICO_SECRETS_KEYS = ["another key"]
    with pytest.raises(Misconfigured, match="file of this source cannot be opened"), surroundings_of(source, 0.0):
        pass
    assert edited(source, configuration={"upload": FILE}) == ["configuration.upload"]
    assert stored_file() == FILE.content


def test_without_a_key_no_file_is_kept(settings: Any):
    settings.PORTICO_SECRETS_KEYS = []
    with pytest.raises(Invalid) as caught:
        added(configuration={"cluster": "c1", "upload": FILE})
    assert "Files cannot be kept here" in str(caught.value.fields)


def test_a_run_that_began_before_the_change_is_followed_by_another():
    """It read the file that was there before, and without a schedule nobody would look at the new one."""
    source = added(configuration={"cluster": "c1", "upload": FILE}, schedule_seconds=None)
    Run.objects.update(state=RunState.RUNNING, started_at=NOW)
    edited(source, configuration={"upload": NewUpload("list.txt", b"other")})
    assert list(Run.objects.order_by("number").values_list("state", flat=True)) == ["running", "queued"]
    edited(source, configuration={"upload": FILE})
    assert Run.objects.count() == 2


@pytest.mark.parametrize("act", ["edit", "check", "resume", "run"])
def test_a_watch_that_failed_is_tried_again_at_once(act: str):
    source = added()
    Watch.objects.create(source=source, state="refused", failures=4, retry_at=NOW + timedelta(minutes=5))
    if act == "edit":
        edited(source, grace_seconds=60)
    elif act == "check":
        check_source(actor=ADMINISTRATOR, source=source)
    elif act == "resume":
        pause_source(actor=ADMINISTRATOR, source=source, now=NOW)
        resume_source(actor=ADMINISTRATOR, source=source, now=NOW)
    else:
        execute(claim(source.pk, NOW))
    watch = Watch.objects.get()
    assert (watch.retry_at, watch.failures) == (None, 0)


def test_a_check_that_fails_does_not_try_the_watch_again():
    source = added(configuration={"cluster": "c1", "upload": NewUpload("list.txt", b"refuse")})
    Watch.objects.create(source=source, state="refused", retry_at=NOW + timedelta(minutes=5))
    check_source(actor=ADMINISTRATOR, source=source)
    assert Watch.objects.get().retry_at is not None


def test_what_is_looked_at_has_a_revision():
    source = added()
    edited(source, grace_seconds=60)
    assert Source.objects.get().revision == 0
    edited(source, configuration={"cluster": "c2"})
    assert Source.objects.get().revision == 1


def test_whether_it_is_watched_is_a_choice_and_recorded():
    source = added(is_watched=False)
    assert not Source.objects.get().is_watched
    assert edited(source, is_watched=True) == ["is_watched"]
    assert Source.objects.get().is_watched
    event = AuditEvent.objects.get(action="discovery.source.edited")
    assert event.difference == {"is_watched": [False, True]}
    with pytest.raises(Invalid):
        edited(source, is_watched="yes")
