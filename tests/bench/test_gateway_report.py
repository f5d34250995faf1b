from dataclasses import replace

from bench.gateway_cost import Cost, quartiles
from bench.gateway_report import Figures, Loaded, Restarted, Snapshot, aims, section
from bench.revoking import Flow, Revoked
from bench.wrk import Turn

TURN = Turn(requests=1000, per_second=1000.0, p50=1.0, p99=2.0, refused=0, errors=0)
COST = Cost([(50.0, 75.0), (50.0, 80.0), (50.0, 70.0)], [(TURN, replace(TURN, per_second=750.0))] * 3)
SNAPSHOT = Snapshot(
    keys=99_990,
    answer_bytes=23_700_000,
    answer_seconds=2.9,
    building_seconds=1.9,
    reading_seconds=0.2,
    compiling_seconds=0.5,
    resource_bytes=15_000_000,
)
FIGURES = Figures(
    apis=1000,
    snapshot=SNAPSHOT,
    loaded=Loaded(9.0),
    cost=COST,
    revoked=Revoked([100.0] * 99 + [900.0]),
    flow=Flow(changes=600, seconds=30.0, answered=12_000, dropped=0, refused=0, still_open=0),
    peaks={"agent": 150 * 2**20, "envoy": 180 * 2**20},
    restarted=Restarted(envoy_seconds=1.8, all_seconds=5.4),
)


def test_what_is_within_its_aim_is_met():
    assert all(line.startswith("Met: ") for line in aims(FIGURES))
    assert len(list(aims(FIGURES))) == 8


def test_what_is_beyond_its_aim_is_missed():
    missed = replace(
        FIGURES,
        snapshot=replace(SNAPSHOT, building_seconds=2.1, compiling_seconds=1.9),
        cost=Cost([(50.0, 90.0)] * 3, [(TURN, replace(TURN, per_second=600.0))] * 3),
        revoked=Revoked([400.0] * 100),
        flow=replace(FIGURES.flow, dropped=1),
        peaks={"agent": 401 * 2**20, "envoy": 0},
        restarted=Restarted(envoy_seconds=3.1, all_seconds=5.4),
    )

    assert all(line.startswith("**Missed**: ") for line in aims(missed))


def test_a_key_that_still_opens_a_door_is_a_miss_though_nobody_noticed():
    (line,) = [line for line in aims(replace(FIGURES, flow=replace(FIGURES.flow, still_open=1))) if "callers" in line]
    assert line.startswith("**Missed**: ")


def test_a_pace_that_was_not_kept_is_a_miss_though_nothing_was_dropped():
    (line,) = [line for line in aims(replace(FIGURES, flow=replace(FIGURES.flow, seconds=60.0))) if "callers" in line]
    assert line.startswith("**Missed**: ")
    assert line.endswith("10.0 changes a second, aim 20.")


def test_one_late_refusal_in_a_hundred_is_within_the_percentile():
    assert (FIGURES.revoked.median, FIGURES.revoked.p99) == (100.0, 100.0)


def test_ratios_are_those_of_pairs():
    assert quartiles(COST.processor)[1] == 1.5
    assert "| processor time a request | 1.40 | 1.50 | 1.60 | 3 |" in section(FIGURES)
    assert "| requests a second | 0.75 | 0.75 | 0.75 | 3 |" in section(FIGURES)
