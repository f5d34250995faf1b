from dataclasses import replace

from bench.client import Sample
from bench.discovery_report import Figures, aims, section
from bench.processes import Spent
from bench.tables import Row

FLOOR = Spent(whole_ms=2_100, start_ms=100, database_ms=1_000, peak_bytes=0, output="")
RUN = Spent(whole_ms=5_000, start_ms=1_500, database_ms=1_000, peak_bytes=300 * 2**20, output="")
QUICK = Sample(clients=1, p50=10, p95=20, per_second=100, server=5, database=5)
FIGURES = Figures(
    services=10,
    first_floor=FLOOR,
    first=RUN,
    known_floor=FLOOR,
    unchanged=RUN,
    written=0,
    publishing=RUN,
    rows=100,
    requests=[Row("list", QUICK, QUICK, sql=1, statements=4)],
)


def test_a_ratio_is_of_what_is_left_without_the_starts():
    assert "| first run | 1.50 | 3.50 | 1.00 | 4.50 | 1.50 | 300 |" in section(FIGURES)


def test_what_is_within_its_aim_is_met():
    assert all(line.startswith("Met: ") for line in aims(FIGURES))
    assert len(list(aims(FIGURES))) == 5


def test_what_is_beyond_its_aim_is_missed():
    slow = Row("list", replace(QUICK, p95=50), QUICK, sql=1, statements=4)
    heavy = replace(RUN, database_ms=6_000, peak_bytes=400 * 2**20)
    missed = replace(FIGURES, first=heavy, unchanged=heavy, written=1, requests=[slow])

    assert all(line.startswith("**Missed**: ") for line in aims(missed))
