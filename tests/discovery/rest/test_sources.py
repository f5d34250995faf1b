"""Sources and runs over REST."""

import base64
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from discovery.models import Run, RunState, Source, SourceUpload, Watch
from tests.factories.catalog import make_environment
from tests.factories.discovery import (
    make_discovered,
    make_failed_run,
    make_held_run,
    make_run,
    make_source,
    stored_file,
)
from tests.fakes.place import Place
from tests.personas import Cast

pytestmark = pytest.mark.usefixtures("shelf")

SECRET = "hunter-in-the-dark"
NEW = {"name": "prod", "kind": "shelf", "environment": "production"}


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_environment("production")
    return cast.client("token_discovery")


def send(client: Client, method: str, url: str, **body: object) -> Any:
    return getattr(client, method)(f"/api/v1/{url}", body, content_type="application/json")


def send_form(client: Client, url: str, metadata: dict[str, Any], **files: bytes) -> Any:
    parts = {name: SimpleUploadedFile("list.txt", content) for name, content in files.items()}
    return client.post(f"/api/v1/{url}", {"metadata": orjson.dumps(metadata).decode(), **parts})


def fields_of(answer: Any) -> set[str]:
    assert answer.status_code == 400, answer.content
    return {error["field"] for error in answer.json()["errors"]}


def test_it_lists_the_connectors_with_what_they_ask_for(cast: Cast):
    found = cast.client("token_read").get("/api/v1/connectors").json()["results"]
    assert [one["kind"] for one in found] == ["shelf"]
    token = next(one for one in found[0]["parameters"] if one["name"] == "token")
    assert (token["secret"], token["required"], token["at_most"]) == (True, False, 40)


def test_a_source_is_added_and_answered_without_its_secrets(admin: Client):
    file = {"name": "list.txt", "content": base64.b64encode(b"cart").decode()}
    told = {"cluster": "c1", "token": SECRET, "upload": file}
    answer = send(admin, "post", "sources", **NEW, owner="payments", configuration=told)

    assert answer.status_code == 201, answer.content
    assert answer["Location"] == "/api/v1/sources/prod"
    assert SECRET not in answer.content.decode()
    found = answer.json()
    assert (found["owner"], found["is_installed"], found["schedule_seconds"]) == ("payments", True, 900)
    assert [run["state"] for run in found["runs_under_way"]] == ["queued"]
    configuration = found["configuration"]
    assert configuration["values"] == {"cluster": "c1", "limit": 5, "deep": False}
    assert configuration["secrets"] == ["token"]
    assert [(one["parameter"], one["name"], one["size"]) for one in configuration["uploads"]] == [
        ("upload", "list.txt", 4)
    ]
    assert stored_file() == b"cart"
    assert SECRET not in str(list(AuditEvent.objects.values_list("difference", flat=True)))


def test_a_file_comes_as_a_part_of_a_form(admin: Client):
    metadata = {**NEW, "configuration": {"cluster": "c1"}}
    assert send_form(admin, "sources/check", metadata, upload=b"cart pay").json()["sentences"][0] == "2 services."
    assert not Source.objects.exists()
    assert send_form(admin, "sources", metadata, upload=b"cart pay").status_code == 201
    assert SourceUpload.objects.get().size == 8


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "Prod"}, {"name"}),
        ({"colour": "red"}, {"colour"}),
        ({"schedule_seconds": 5}, {"schedule_seconds"}),
        ({"environment": "moon"}, {"environment", "configuration.cluster"}),
        ({"kind": "cloud"}, {"kind"}),
        ({"configuration": {"limit": 99}}, {"configuration.cluster", "configuration.limit"}),
        ({"configuration": {"cluster": "c", "upload": {"name": "x"}}}, {"configuration.upload"}),
        ({"configuration": {"cluster": "c", "upload": {"name": "x", "content": "?"}}}, {"configuration.upload"}),
        ({"configuration": {"cluster": "c", "upload": "x"}}, {"configuration.upload"}),
    ],
)
def test_400_names_the_field(admin: Client, body: dict, fields: set[str]):
    assert fields_of(send(admin, "post", "sources", **{**NEW, **body})) == fields


def test_a_form_that_cannot_be_read_says_why(admin: Client):
    url = "/api/v1/sources"
    assert fields_of(admin.post(url, {"metadata": "{"})) == {"metadata"}
    assert fields_of(admin.post(url, {"metadata": "[]"})) == {"metadata"}
    assert fields_of(admin.post(url, {"metadata": "{}", "more": "x"})) == {"more"}
    assert admin.post(url, b"x", content_type="multipart/form-data").status_code == 400
    too_large = {"CONTENT_LENGTH": str(10**9)}
    assert admin.post(url, {"metadata": "{}"}, **too_large).status_code == 413


def test_a_taken_name_is_409(admin: Client):
    make_source("prod")
    assert send(admin, "post", "sources", **NEW, configuration={"cluster": "c"}).status_code == 409


def test_a_refusing_place_is_an_answer(admin: Client):
    answer = send_form(admin, "sources/check", {**NEW, "configuration": {"cluster": "c1"}}, upload=b"refuse")
    assert answer.json() == {
        "is_ok": False,
        "sentences": [],
        "code": "misconfigured",
        "message": "This shelf is not for reading.",
        "hint": "Name another.",
    }


def test_only_administrators_read_the_configuration(cast: Cast):
    make_source("prod", kind="gone", owner=cast.team, configuration={"cluster": "c1"}, secrets={"token": "sealed"})
    for persona, shown in (("member", False), ("token_read", False), ("administrator", True)):
        found = cast.client(persona).get("/api/v1/sources/prod").json()
        assert (found["configuration"] is not None) == shown
        assert found["is_installed"] is False
    assert "configuration" not in cast.client("administrator").get("/api/v1/sources").json()["results"][0]


def test_an_edit_keeps_what_it_does_not_name(admin: Client):
    send(admin, "post", "sources", **NEW, configuration={"cluster": "c1", "token": SECRET})
    answer = send(admin, "patch", "sources/prod", configuration={"style": "plain"}, loss_percent=5)
    configuration = answer.json()["configuration"]
    assert (configuration["values"]["cluster"], configuration["values"]["style"]) == ("c1", "plain")
    assert (configuration["secrets"], answer.json()["loss_percent"]) == (["token"], 5)


def test_it_is_paused_and_resumed(admin: Client):
    make_source("prod")
    assert send(admin, "post", "sources/prod/pause").json()["is_paused"] is True
    assert send(admin, "post", "sources/prod/resume").json()["is_paused"] is False


def test_a_run_is_started_once(cast: Cast):
    make_source("prod", owner=cast.team)
    member = cast.client("member")
    answers = [send(member, "post", "sources/prod/runs") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert {answer["Location"] for answer in answers} == {"/api/v1/sources/prod/runs/1"}
    assert Run.objects.get().state == RunState.QUEUED


def test_runs_come_with_phases_and_problems(cast: Cast):
    source = make_source("prod", owner=cast.team)
    make_run(source)
    make_failed_run(source)
    client = cast.client("token_read")
    assert [run["number"] for run in client.get("/api/v1/sources/prod/runs").json()["results"]] == [2, 1]
    failed = client.get("/api/v1/sources/prod/runs/2").json()
    assert (failed["state"], failed["error_code"], failed["hold"]) == ("failed", "misconfigured", None)
    assert failed["phases"][0]["state"] == "failed"
    assert client.get("/api/v1/sources/prod/runs/2/problems").json()["results"] == []
    assert client.get("/api/v1/sources/prod/runs/3").status_code == 404


@pytest.mark.parametrize(("verb", "outcome"), [("confirm-loss", "confirmed"), ("reject-loss", "rejected")])
def test_a_loss_is_decided_once(cast: Cast, verb: str, outcome: str):
    source = make_source("prod", owner=cast.team)
    make_held_run(source)
    make_discovered(source, hold="held")
    client = cast.client("maintainer")
    assert send(client, "post", f"sources/prod/runs/1/{verb}").json()["hold"] == outcome
    assert send(client, "post", f"sources/prod/runs/1/{verb}").status_code == 409


def test_how_it_is_watched_is_answered(cast: Cast, place: Place):
    source = make_source("live", kind="watched", owner=cast.team)
    make_run(source)
    now = timezone.now()
    Watch.objects.create(
        source=source, state="live", lease_until=now + timedelta(minutes=1), live_since=now, streams=3, streams_open=2
    )
    answer = cast.client("token_read").get("/api/v1/sources/live").json()
    assert answer["is_watched"]
    assert answer["watch"] == {
        "state": "live", "live_since": answer["watch"]["live_since"], "heard_at": None, "applied_at": None,
        "applied_count": 0, "streams": 3, "streams_open": 2, "gaps": [], "error": None, "failures": 0, "retry_at": None,
    }  # fmt: skip
    error = {"error_code": "refused", "error_message": "No.", "error_hint": "Ask."}
    Watch.objects.update(state="refused", lease_until=None, **error)
    answer = cast.client("token_read").get("/api/v1/sources/live").json()
    assert answer["watch"]["error"] == {"code": "refused", "message": "No.", "hint": "Ask."}
    assert (answer["watch"]["state"], answer["watch"]["live_since"]) == ("refused", None)


def test_a_kind_that_cannot_be_watched_has_no_watch(cast: Cast, place: Place):
    make_source("steps", kind="scripted", owner=cast.team)
    assert cast.client("token_read").get("/api/v1/sources/steps").json()["watch"] is None
