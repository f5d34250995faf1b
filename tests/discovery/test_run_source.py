"""The command that runs a source and says how it ended."""

import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from discovery.models import Run, Source
from discovery.runs.claim import Claimed, claim
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from tests.factories.scripted import make_scripted, services

pytestmark = pytest.mark.usefixtures("scripted")


def told(capsys: pytest.CaptureFixture) -> dict:
    return json.loads(capsys.readouterr().out)


def test_it_runs_the_source_and_prints_the_end_of_the_run(capsys: pytest.CaptureFixture) -> None:
    problems = [{"problem": {"code": "odd", "message": "Odd.", "place": f"{number}.yaml"}} for number in range(30)]
    make_scripted("prod", steps=[*problems, *services("payments", "cards")])
    call_command("run_source", "prod")
    end = told(capsys)

    assert (end["source"], end["number"], end["state"], end["hold"]) == ("prod", 1, "partial", None)
    assert (end["counts"]["new"], end["problem_count"], len(end["problems"])) == (2, 30, 20)
    assert end["problems"][0]["place"] == "0.yaml"


def test_it_fails_when_the_run_does(capsys: pytest.CaptureFixture) -> None:
    make_scripted("prod", steps=[{"raise": "refused"}])
    with pytest.raises(SystemExit) as ended:
        call_command("run_source", "prod")

    assert ended.value.code == 1
    assert told(capsys)["error"] == {
        "code": "refused",
        "message": "The place said no.",
        "hint": "Ask for access.",
    }


def test_a_source_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="no source named nowhere"):
        call_command("run_source", "nowhere")


def test_it_follows_a_run_whose_worker_is_gone(capsys: pytest.CaptureFixture) -> None:
    source = make_scripted("prod", steps=services("payments"))
    enqueue(source, "test", timezone.now())
    claim(source.pk, timezone.now())
    Source.objects.update(lease_until=None)
    call_command("run_source", "prod")

    assert (told(capsys)["number"], Run.objects.get(number=1).error_code) == (2, "worker-lost")


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_worker_that_already_runs_it(capsys: pytest.CaptureFixture, tmp_path) -> None:
    gate = tmp_path / "gate"
    source = make_scripted("prod", steps=[{"hold": str(gate)}, *services("payments")])
    enqueue(source, "test", timezone.now())
    claimed = claim(source.pk, timezone.now())
    command = threading.Timer(0.5, gate.touch)
    worker = threading.Thread(target=work, args=(claimed,))
    worker.start()
    command.start()
    call_command("run_source", "prod")
    worker.join(10)

    end = told(capsys)
    assert (end["number"], end["state"], end["started_by"], Run.objects.count()) == (1, "complete", "test", 1)


def work(claimed: Claimed) -> None:
    try:
        execute(claimed)
    finally:
        connection.close()
