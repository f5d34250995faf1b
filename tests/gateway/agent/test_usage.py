"""What went through Envoy reaches the portal, once."""

import asyncio
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from gateway.agent import counting
from gateway.agent.admin import Silent
from gateway.agent.counting import Totals, batches, since, totals
from gateway.agent.metering import Metering
from gateway.agent.portal import PortalLine
from gateway.agent.spool import Spool, names
from gateway.envoy.usage import Counts, LatencyKey, RequestKey
from gateway.values import Requests, Usage
from tests.gateway.agent.beside import Gateway
from tests.gateway.agent.portal import TOKEN, StandInPortal, eventually
from tests.gateway.envoy.made import client, configuration, public_id, route
from tests.gateway.envoy.upstream import RecordingUpstream

_OK = RequestKey("rte_a", "sub_a", "key_a", 200)
_LATE = LatencyKey("rte_a", "sub_a")


def _counts(number: int, *latencies: int) -> Counts:
    return Counts(Counter({_OK: number}), {_LATE: latencies or (number, 0)})


class _Envoy:
    """The administration of an Envoy whose numbers a test says."""

    def __init__(self, number: int = 0, started: float = 1_000.0) -> None:
        self.number = number
        self.started = started
        self.is_silent = False

    def started_at(self) -> float:
        if self.is_silent:
            raise Silent("no answer")
        return self.started

    def usage(self) -> Counts:
        return _counts(self.number)


def _told(portal: StandInPortal) -> Counter[int]:
    """Requests by status, each batch once."""
    found: Counter[int] = Counter()
    for usage in {usage.batch: usage for usage in tuple(portal.usages)}.values():
        for requests in usage.requests:
            found[requests.status] += requests.count
    return found


def test_it_counts_what_came_since() -> None:
    requests, latencies = since(totals(1, 1_000.0, _counts(3, 2, 1)), 1_000.9, _counts(5, 3, 2), 60)

    assert requests == [
        Requests(minute=60, route="rte_a", subscription="sub_a", credential="key_a", status=200, count=2)
    ]
    assert [one.counts for one in latencies] == [(1, 1)]


def test_it_counts_from_nothing_when_envoy_was_started_anew() -> None:
    requests, latencies = since(totals(1, 1_000.0, _counts(3)), 1_050.0, _counts(5), 60)

    assert [one.count for one in requests] == [5]
    assert [one.counts for one in latencies] == [(5, 0)]


def test_a_number_that_fell_began_anew() -> None:
    requests, latencies = since(totals(1, 1_000.0, _counts(3)), 1_000.0, _counts(2), 60)

    assert [one.count for one in requests] == [2]
    assert [one.counts for one in latencies] == [(2, 0)]


def test_nothing_new_is_nothing() -> None:
    assert since(totals(1, 1_000.0, _counts(3)), 1_000.0, _counts(3), 60) == ([], [])


def test_batches_have_a_size_that_is_taken_and_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "ENTRIES_AT_MOST", 4)
    requests, _ = since(Totals(), 0.0, Counts(Counter({RequestKey("r", "", "", n): 1 for n in range(5)})), 0)

    found = batches(requests, [], names())

    assert [len(batch.requests) for batch in found] == [2, 2, 1]
    assert len({batch.batch for batch in found}) == 3


def _metering(envoy: _Envoy, folder: Path, portal: StandInPortal) -> Metering:
    return Metering(envoy, Spool(folder), PortalLine(portal.url, lambda: TOKEN), seconds=0.01)


def _once(found: Metering) -> None:
    stop = asyncio.Event()
    stop.set()
    asyncio.run(found.run(stop))


def test_a_batch_that_was_told_twice_has_the_same_name(tmp_path: Path, portal: StandInPortal) -> None:
    portal.instead["usage"] = (503, b"")
    envoy = _Envoy(3)
    _once(_metering(envoy, tmp_path / "usage", portal))
    portal.instead.clear()
    envoy.number = 5
    _once(_metering(envoy, tmp_path / "usage", portal))

    assert len(portal.usages) == 3
    assert portal.usages[0] == portal.usages[1]
    assert _told(portal) == {200: 5}


def test_what_was_counted_in_the_moment_of_a_crash_is_counted_once(tmp_path: Path, portal: StandInPortal) -> None:
    folder, envoy = tmp_path / "usage", _Envoy(3)
    _once(_metering(envoy, folder, portal))
    before = (folder / "totals").read_bytes()
    portal.instead["usage"] = (503, b"")
    envoy.number = 4
    _once(_metering(envoy, folder, portal))
    # The batch was written, and its totals were not.
    (folder / "totals").write_bytes(before)
    portal.instead.clear()
    portal.usages.pop()
    envoy.is_silent = True
    _once(_metering(envoy, folder, portal))
    envoy.is_silent = False

    _once(_metering(envoy, folder, portal))

    assert _told(portal) == {200: 4}


def test_totals_that_were_damaged_count_nothing_twice(tmp_path: Path, portal: StandInPortal) -> None:
    folder, envoy = tmp_path / "usage", _Envoy(3)
    _once(_metering(envoy, folder, portal))
    (folder / "totals").write_bytes(b"damaged")

    _once(_metering(envoy, folder, portal))
    envoy.number = 4
    _once(_metering(envoy, folder, portal))

    assert _told(portal) == {200: 4}


def test_a_batch_that_is_never_taken_does_not_hold_up_the_others(tmp_path: Path, portal: StandInPortal) -> None:
    envoy = _Envoy(3)
    portal.instead["usage"] = (422, b"{}")
    _once(_metering(envoy, tmp_path / "usage", portal))
    portal.instead.clear()
    portal.usages.clear()
    envoy.number = 5
    _once(_metering(envoy, tmp_path / "usage", portal))

    assert _told(portal) == {200: 2}


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "usage")
    for number in (1, 2, 3):
        spool.keep([Usage(batch=f"batch {number}")], Totals(number=number))
    size = spool.waiting()[0].stat().st_size
    monkeypatch.setattr("gateway.agent.spool.KEPT_BYTES", 2 * size)

    assert spool.prune() == 1

    left = [msgspec.json.decode(spool.read(path) or b"", type=Usage).batch for path in spool.waiting()]
    assert left == ["batch 2", "batch 3"]


def test_requests_are_counted_once_through_all_of_it(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.instead["usage"] = (503, b"")
    portal.say(configuration(route(port=upstream.port, clients=(client("key"),))))
    running.comes_to(200, "/orders/1", "key")
    answered = len(upstream.arrived)
    assert [running.status("/orders/1", "wrong") for _ in range(3)] == [401] * 3
    running.agent.terminate()
    running.agent.wait()
    told_in_vain = len(portal.usages)
    portal.instead.clear()
    assert [running.status("/orders/1", "key") for _ in range(2)] == [200] * 2

    running.start_agent()
    eventually(lambda: _told(portal)[200] >= answered + 2)
    running.agent.terminate()
    running.agent.wait()

    assert told_in_vain
    assert _told(portal)[200] == answered + 2
    assert {one.subscription for usage in portal.usages for one in usage.requests if one.status == 200} == {
        public_id("sub", "orders")
    }
    assert sum(sum(one.counts) for usage in {u.batch: u for u in portal.usages}.values() for one in usage.latencies)
