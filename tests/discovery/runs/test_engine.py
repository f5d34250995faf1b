"""Runs from end to end, in one process, with a connector that yields what it is told."""

import logging

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from common.secrets import seal
from discovery.facts import fingerprint, from_row
from discovery.models import DiscoveredService, DiscoveredSpecification, HoldState, Run, RunState
from discovery.runs import engine
from discovery.runs.claim import claim
from discovery.runs.gathering import Limits
from discovery.runs.queue import enqueue
from discovery.runs.watchdog import watched
from tests.factories.discovery import make_tombstone
from tests.factories.scripted import ALL, make_scripted, see, services

pytestmark = pytest.mark.usefixtures("scripted")

HERE, GONE, HELD, UNSEEN = ("new", "", False, False), ("missing", "", True, True), ("new", "held", False, True), (
    "new", "", False, True,
)  # fmt: skip


def rows() -> dict[str, tuple]:
    return {
        row.name: (row.state, row.hold, row.missing_since is not None, row.last_seen_at is not None)
        for row in DiscoveredService.objects.all()
    }


def versions() -> list[tuple]:
    """Each row with the place of its current version, which any write changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, ctid::text FROM discovery_discoveredservice ORDER BY key")
        return cursor.fetchall()


def test_it_keeps_what_it_sees() -> None:
    source = make_scripted()
    run = see(source, services("payments", "cards", labels={"App": "Pay"}))

    assert (run.state, run.counts["new"], run.counts["observed"]) == (RunState.COMPLETE, 2, 2)
    assert [step["state"] for step in run.phases] == ["done"] * 3
    assert rows() == {"payments": HERE, "cards": HERE}
    assert DiscoveredService.objects.get(name="cards").search_text == "cards default app=pay"
    source.refresh_from_db()
    assert (source.lease_until, source.last_run_id, source.seen_at) == (None, run.pk, run.started_at)


def test_it_writes_no_row_for_what_has_not_changed() -> None:
    source = make_scripted()
    see(source, services("payments", "cards"))
    before = versions()
    run = see(source)

    assert (run.counts["new"], run.counts["unchanged"]) == (0, 2)
    assert versions() == before
    assert not AuditEvent.objects.exists()


def test_each_row_can_be_read_back_as_it_was_seen() -> None:
    source = make_scripted()
    fields = {
        "labels": {"a": "ä"}, "endpoints": [{"host": "h"}], "workloads": [{"kind": "Deployment", "name": "x"}],
        "specification": "{}", "identity": "x", "claims": [["owner", "payments", "label"]], "uid": "1",
    }  # fmt: skip
    see(source, services("payments", **fields))
    row = DiscoveredService.objects.get()

    assert fingerprint(from_row(row)) == bytes(row.fingerprint)
    assert row.specification.content == b"{}"
    assert (row.specification_outcome, row.exposure) == ("found", "internet")


def test_a_change_is_written_to_its_row_alone() -> None:
    source = make_scripted()
    see(source, services("payments", "cards", specification="{}"))
    before = dict(versions())
    DiscoveredService.objects.update(specification_outcome="published", specification_note="1.0.0")
    steps = [*services("payments", specification="{}"), *services("cards", version="2", specification="[]")]
    run = see(source, steps)

    assert (run.counts["changed"], run.counts["unchanged"]) == (1, 1)
    changed = DiscoveredService.objects.get(name="cards")
    assert (changed.version, changed.specification_outcome, changed.specification_note) == ("2", "found", "")
    kept = DiscoveredService.objects.get(name="payments")
    assert (kept.specification_outcome, kept.specification_note) == ("published", "1.0.0")
    assert DiscoveredSpecification.objects.count() == 2
    assert before.keys() == dict(versions()).keys()


def test_what_is_gone_is_missing_and_what_returns_is_not() -> None:
    source = make_scripted()
    first = see(source, services("payments", "cards"))
    run = see(source, services("payments"))

    assert (run.counts["missing"], rows()) == (1, {"payments": HERE, "cards": GONE})
    gone = DiscoveredService.objects.get(name="cards")
    assert (gone.last_seen_at, gone.missing_since) == (first.started_at, run.started_at)
    run = see(source, services("payments", "cards"))
    assert (run.counts["returned"], rows()) == (1, {"payments": HERE, "cards": HERE})


def test_a_listing_that_is_not_complete_makes_nothing_missing() -> None:
    source = make_scripted()
    first = see(source, services("payments", "cards"))
    run = see(source, [{"observe": {"name": "payments"}}, {"complete": ["Service", "other"]}])

    assert (run.state, rows()) == (RunState.COMPLETE, {"payments": HERE, "cards": UNSEEN})
    assert DiscoveredService.objects.get(name="cards").last_seen_at == first.started_at
    run = see(source, services("payments", "cards"))
    assert (run.counts["returned"], run.counts["unchanged"]) == (0, 2)
    assert rows() == {"payments": HERE, "cards": HERE}


def test_a_service_that_moves_to_another_namespace_keeps_its_row() -> None:
    source = make_scripted()
    see(source, services("payments", identity="payments"))
    row = DiscoveredService.objects.get()
    run = see(source, services("pay", namespace="shop", identity="payments"))

    assert run.counts["moved"] == 1
    moved = DiscoveredService.objects.get()
    assert (moved.pk, moved.key, moved.namespace, moved.name) == (row.pk, "shop/pay", "shop", "pay")


def test_a_service_deleted_and_made_again_keeps_its_row() -> None:
    source = make_scripted()
    see(source, services("payments", uid="1"))
    row = DiscoveredService.objects.get()
    see(source, [ALL])
    see(source, services("payments", uid="2"))

    again = DiscoveredService.objects.get()
    assert (again.pk, again.uid, again.state) == (row.pk, "2", "new")


def test_what_a_person_ignored_stays_ignored_through_loss_return_and_rename() -> None:
    source = make_scripted()
    see(source, services("payments", identity="payments"))
    row = DiscoveredService.objects.get()
    DiscoveredService.objects.update(standing="ignored", state="ignored")
    make_tombstone(row, "ignored")
    for steps in (
        [ALL],
        services("payments", identity="payments", version="2"),
        services("pay", namespace="shop", identity="payments"),
    ):
        see(source, steps)
        again = DiscoveredService.objects.get()
        assert (again.pk, again.standing, again.state) == (row.pk, "ignored", "ignored")


def test_an_empty_place_after_500_services_is_held() -> None:
    source = make_scripted()
    names = [f"service-{number}" for number in range(500)]
    see(source, services(*names))
    run = see(source, [ALL])

    assert (run.hold, run.hold_count, run.hold_of, run.counts["missing"]) == (HoldState.HELD, 500, 500, 0)
    assert set(rows().values()) == {HELD}
    before = versions()
    again = see(source)
    assert (again.hold, again.hold_count, versions()) == (HoldState.HELD, 500, before)
    failed = see(source, [{"raise": "refused"}])
    assert (failed.hold, failed.hold_count) == (HoldState.HELD, 500)


def test_a_held_loss_ends_when_the_services_are_back() -> None:
    source = make_scripted()
    names = [f"service-{number}" for number in range(20)]
    see(source, services(*names))
    held = see(source, [ALL])
    run = see(source, services(*names))

    assert (run.hold, Run.objects.get(pk=held.pk).hold) == ("", "")
    assert set(rows().values()) == {HERE}


def test_what_could_not_be_read_leaves_what_is_known() -> None:
    source = make_scripted()
    see(source, services("payments", endpoints=[{"host": "pay.example.com"}], specification="{}"))
    before = versions()
    run = see(source, services("payments", exposure=None, workloads=None, specification_read=False))

    assert (run.counts["unchanged"], versions()) == (1, before)


def test_a_connector_that_stops_in_the_middle_makes_the_run_partial() -> None:
    source = make_scripted()
    see(source, services("payments", "cards"))
    run = see(source, [{"observe": {"name": "payments", "version": "2"}}, {"raise": "partial"}])

    assert (run.state, run.error_code, run.error_hint) == (RunState.PARTIAL, "partial", "Try again.")
    assert run.phases[0]["state"] == "partial"
    assert rows() == {"payments": HERE, "cards": UNSEEN}
    assert DiscoveredService.objects.get(name="payments").version == "2"


def test_a_problem_makes_the_run_partial_and_is_kept_with_its_place() -> None:
    problem = {"code": "not-rendered", "message": "It has braces.", "place": "a.yaml", "document": 2, "line": 7}
    run = see(make_scripted(), [{"problem": problem}, *services("payments")])

    assert (run.state, run.problem_count, run.error_code) == (RunState.PARTIAL, 1, "")
    assert run.problems.values("code", "message", "place", "document", "line", "severity").get() == {
        **problem,
        "severity": "error",
    }


def test_a_warning_leaves_the_run_complete() -> None:
    problem = {"code": "odd", "message": "Odd.", "severity": "warning"}
    run = see(make_scripted(), [{"problem": problem}, *services("payments")])
    assert (run.state, run.problem_count) == (RunState.COMPLETE, 1)


@pytest.mark.parametrize(
    ("error", "code"),
    [("misconfigured", "misconfigured"), ("refused", "refused"), ("unreachable", "unreachable")],
)
def test_a_place_that_cannot_be_looked_at_fails_the_run_and_changes_nothing(error: str, code: str) -> None:
    source = make_scripted()
    see(source, services("payments"))
    before = versions()
    run = see(source, [{"observe": {"name": "cards"}}, {"raise": error}])

    assert (run.state, run.error_code, run.error_hint != "") == (RunState.FAILED, code, True)
    assert run.phases[0]["state"] == "failed"
    assert versions() == before


def with_token(token: str, steps: list) -> Run:
    source = make_scripted("telling")
    source.secrets = {"token": seal(token, place="discovery.source:telling:token", keys=["a key of this test alone"])}
    source.save()
    return see(source, steps)


@pytest.mark.parametrize("error", ["boom", "exit"])
def test_a_broken_connector_fails_the_run_without_its_text(error: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run = with_token("hunter2hunter2", [{"raise": error}])

    assert (run.state, run.error_code) == (RunState.FAILED, "connector-error")
    assert "scripted.py" in caplog.text
    assert "hunter2" not in caplog.text + run.error_message + run.error_hint


def test_what_a_connector_tells_is_free_of_secrets() -> None:
    problem = {"code": "odd", "message": "hunter2hunter2 is odd", "place": "https://hunter2hunter2@example.com"}
    run = with_token("hunter2hunter2", [{"problem": problem}, {"raise": "telling"}])

    assert (run.error_message, run.error_hint) == ("The place refused the token [hidden].", "Is [hidden] right?")
    assert run.problems.values_list("message", "place").get() == ("[hidden] is odd", "https://[hidden]@example.com")


def test_something_that_is_no_observation_fails_the_run() -> None:
    run = see(make_scripted(), [{"something": 1}])
    assert (run.state, run.error_code) == (RunState.FAILED, "connector-error")


def test_a_secret_that_cannot_be_opened_fails_the_run() -> None:
    source = make_scripted(secrets={"token": "sealed1:abcd"})
    assert see(source, services("payments")).error_code == "misconfigured"


def test_a_kind_that_is_not_installed_fails_the_run() -> None:
    source = make_scripted()
    source.kind = "gone"
    source.save()
    assert see(source).error_code == "misconfigured"


def test_a_source_with_too_many_services_is_read_in_part(settings) -> None:
    source = make_scripted()
    see(source, services("a", "b", "c"))
    settings.PORTICO_RUN_SERVICES = 2
    run = see(source, services("a", "b", "c"))

    assert (run.state, run.problems.get().code) == (RunState.PARTIAL, "too-many-services")
    assert rows() == {"a": HERE, "b": HERE, "c": UNSEEN}


def test_a_run_that_takes_too_long_ends_with_what_it_has_seen(settings, tmp_path) -> None:
    settings.PORTICO_RUN_SECONDS = 1
    run = see(make_scripted(), [{"observe": {"name": "a"}}, {"hold": str(tmp_path / "never")}, ALL])
    assert (run.state, run.problems.get().code, rows()) == (RunState.PARTIAL, "took-too-long", {"a": HERE})


def test_a_connector_without_a_sign_of_life_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery.runs.observe.watched", lambda: watched(0.1))
    run = see(make_scripted(), [{"silence": 30}])
    assert (run.state, run.error_code) == (RunState.FAILED, "no-sign-of-life")


def test_a_mistake_of_our_own_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_limits", lambda: Limits(seconds="soon"))
    source = make_scripted()
    run = see(source)
    source.refresh_from_db()

    assert (run.state, run.error_code, source.lease_until) == (RunState.FAILED, "internal-error", None)


def test_a_worker_that_lost_its_lease_in_the_middle_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_scripted(steps=services("payments"))
    enqueue(source, "test", timezone.now())
    claimed = claim(source.pk, timezone.now())
    real = engine.observe

    def slow(*arguments) -> None:
        real(*arguments)
        source.refresh_from_db()
        source.generation += 1
        source.save(update_fields=["generation"])

    monkeypatch.setattr(engine, "observe", slow)
    engine.execute(claimed)

    assert rows() == {}
    assert Run.objects.get().state == RunState.RUNNING


def test_files_of_a_run_are_gone_when_it_ends(scripted) -> None:
    see(make_scripted(), services("payments", specification="{}"))
    assert list((scripted / "spool").iterdir()) == []
