"""Editing a version: forward by its owner, back by a maintainer with a reason."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import AuditEvent
from catalog.models import API, APIVersion
from catalog.usecases.edit_version import edit_version
from common.access import Denied
from common.errors import Conflict, Invalid
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_api, make_environment, publish
from tests.personas import Cast

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def version(cast: Cast) -> APIVersion:
    make_api("payments", owner=cast.team, versions=("1.0.0", "2.0.0"))
    return APIVersion.objects.select_related("api").get(name="1.0.0")


def test_its_team_deprecates_it_with_sunset_and_successor(cast: Cast, version: APIVersion) -> None:
    changed = edit_version(
        actor=actor_of(cast.member),
        version=version,
        metadata={"lifecycle": "deprecated", "sunset": date(2027, 1, 1), "successor": "2.0.0"},
        now=NOW,
    )

    assert changed == ["lifecycle", "successor", "sunset"]
    version = APIVersion.objects.select_related("successor").get(name="1.0.0")
    assert (version.lifecycle, version.deprecated_at, version.sunset_on) == ("deprecated", NOW, date(2027, 1, 1))
    assert version.successor.name == "2.0.0"
    assert AuditEvent.objects.latest("pk").difference == {
        "lifecycle": ["published", "deprecated"],
        "sunset": [None, "2027-01-01"],
        "successor": [None, "2.0.0"],
    }


def test_the_api_follows_its_versions(cast: Cast, version: APIVersion) -> None:
    newest = APIVersion.objects.select_related("api").get(name="2.0.0")
    for lifecycle in ("deprecated", "retired"):
        edit_version(actor=actor_of(cast.member), version=newest, metadata={"lifecycle": lifecycle}, now=NOW)
        assert API.objects.select_related("current_version").get().current_version.name == "1.0.0"
    edit_version(actor=actor_of(cast.member), version=version, metadata={"lifecycle": "retired"}, now=NOW)

    api = API.objects.select_related("current_version").get()
    assert (api.current_version.name, api.lifecycle) == ("2.0.0", "retired")


def test_a_successor_may_be_of_another_visible_api(cast: Cast, version: APIVersion) -> None:
    make_api("payments-next", owner=cast.team)
    make_api("secret", owner=cast.other_team, visibility="private")
    actor = actor_of(cast.member)
    metadata = {"lifecycle": "deprecated", "successor": "payments-next/1.0.0"}
    edit_version(actor=actor, version=version, metadata=metadata, now=NOW)

    assert APIVersion.objects.get(api__slug="payments", name="1.0.0").successor.api.slug == "payments-next"
    for wrong in ("secret/1.0.0", "secret/9", "nothing", "1.0.0"):
        with pytest.raises(Invalid) as caught:
            edit_version(actor=actor, version=version, metadata={"successor": wrong}, now=NOW)
        assert set(caught.value.fields) == {"successor"}


def test_back_takes_a_maintainer_and_a_reason(cast: Cast, version: APIVersion) -> None:
    edit_version(actor=actor_of(cast.member), version=version, metadata={"lifecycle": "deprecated"}, now=NOW)
    back = {"lifecycle": "draft"}
    with pytest.raises(Denied):
        edit_version(actor=actor_of(cast.member), version=version, metadata=back, reason="Mistake", now=NOW)
    with pytest.raises(Conflict):
        edit_version(actor=actor_of(cast.maintainer), version=version, metadata=back, reason=" ", now=NOW)
    edit_version(actor=actor_of(cast.maintainer), version=version, metadata=back, reason="Mistake", now=NOW)

    version.refresh_from_db()
    assert (version.lifecycle, version.published_at, version.deprecated_at) == ("draft", None, None)
    assert AuditEvent.objects.latest("pk").difference["reason"] == [None, "Mistake"]


def test_a_version_made_a_draft_again_takes_other_bytes(cast: Cast, version: APIVersion) -> None:
    edit_version(actor=actor_of(cast.maintainer), version=version, metadata={"lifecycle": "draft"}, reason="x", now=NOW)

    assert (
        publish(
            "payments", "1.0.0", document={"openapi": "3.1.0", "info": {"title": "P", "version": "1.0.0"}, "paths": {}}
        ).status
        == "replaced"
    )


def test_nobody_else_changes_it(cast: Cast, version: APIVersion) -> None:
    for actor in (actor_of(cast.stranger), actor_of(cast.viewer), actor_of(cast.secrets["token_read"])):
        with pytest.raises(Denied):
            edit_version(actor=actor, version=version, metadata={"changelog": "x"}, now=NOW)
    assert not AuditEvent.objects.filter(action="catalog.version.edited").exists()


def test_what_is_there_already_writes_nothing(cast: Cast, version: APIVersion) -> None:
    make_environment("production")
    metadata = {"changelog": "x", "instances": [{"environment": "production", "url": "https://a.example.com"}]}
    actor = actor_of(cast.member)
    assert edit_version(actor=actor, version=version, metadata=metadata, now=NOW) == ["changelog", "instances"]
    events = AuditEvent.objects.count()
    assert edit_version(actor=actor, version=version, metadata=metadata, now=NOW) == []
    assert AuditEvent.objects.count() == events


def test_instances_are_the_whole_list(cast: Cast, version: APIVersion) -> None:
    make_environment("production")
    make_environment("staging")
    actor = actor_of(cast.member)
    for environments in (["production", "staging"], ["staging"]):
        instances = [{"environment": name, "url": f"https://{name}.example.com"} for name in environments]
        edit_version(actor=actor, version=version, metadata={"instances": instances}, now=NOW)
        assert [row.environment.slug for row in version.instances.order_by("environment__slug")] == environments


def test_publishing_a_draft_tells_the_rooms_above(
    cast: Cast, version: APIVersion, django_capture_on_commit_callbacks: object
) -> None:
    publish("payments", "3.0.0", lifecycle="draft")
    draft = APIVersion.objects.select_related("api").get(name="3.0.0")
    with django_capture_on_commit_callbacks() as callbacks:
        edit_version(actor=actor_of(cast.member), version=draft, metadata={"lifecycle": "published"}, now=NOW)
        edit_version(actor=actor_of(cast.member), version=draft, metadata={"lifecycle": "deprecated"}, now=NOW)

    assert len(callbacks) == 1
