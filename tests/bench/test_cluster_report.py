from dataclasses import replace

from bench.cluster_report import Figures, First, Pair, Watched, aims, middle, section
from bench.live import Latency
from bench.processes import Spent
from bench.rewriting import rewritten

FLOOR = Spent(whole_ms=2_100, start_ms=100, database_ms=1_000, wall_ms=3_500, peak_bytes=0, output="")
RUN = Spent(whole_ms=5_000, start_ms=1_500, database_ms=1_000, wall_ms=6_000, peak_bytes=299 * 2**20, output="")
LATENCY = Latency(
    changes=1200, lost=0, median=120, p99=900, worst=1100, outage_changes=240, outage_lost=0, caught_up_seconds=4.2
)
FIGURES = Figures([First(FLOOR, RUN, FLOOR)], [Pair(FLOOR, RUN)], 0, LATENCY, Watched(9_000, 250 * 2**20))


def test_what_is_within_its_aim_is_met():
    assert all(line.startswith("Met: ") for line in aims(FIGURES))
    assert len(list(aims(FIGURES))) == 6


def test_what_is_beyond_its_aim_is_missed():
    heavy = replace(RUN, database_ms=6_000, peak_bytes=300 * 2**20)
    late = replace(LATENCY, p99=2_000, outage_lost=1)
    missed = Figures([First(FLOOR, heavy, FLOOR)], [Pair(FLOOR, heavy)], 1, late, FIGURES.watched)

    assert all(line.startswith("**Missed**: ") for line in aims(missed))


def test_one_lost_change_is_a_miss_however_quick_the_others_were():
    lost = replace(FIGURES, latency=replace(LATENCY, lost=1))
    missed = [line for line in aims(lost) if line.startswith("**Missed**: ")]
    assert [line.rpartition("; ")[2] for line in missed] == ["1 of 1,200 lost."]


def test_of_several_pairs_the_one_in_the_middle_counts():
    pairs = [Pair(FLOOR, replace(RUN, database_ms=ms)) for ms in (9_000, 1_000, 4_000)]
    assert middle(pairs).run.database_ms == 4_000


def test_figures_stand_beside_their_floors():
    text = section(FIGURES)
    assert "| first run | 1.50 | 3.50 | 1.00 | 4.50 | 1.50 | 6.00 | 299 |" in text
    assert "| 1,200 | 0 | 120 | 900 | 1100 | 240 | 0 | 4.2 | 9.0 | 250 |" in text


DOCUMENT = """# Performance

## Aims and misses

- Met: list, 9.3 ms of processor time, aim 10.
- **Missed**: first run over a cluster, 9 times the processor time of its floor, aim 3.

## A cluster of 10,000 services

Old figures.

## Something else

Stays.
"""


def test_figures_of_one_part_take_the_place_of_those_before():
    text = rewritten(DOCUMENT, aims(FIGURES), section(FIGURES))

    assert ("Old figures" in text, text.count("first run over a cluster,"), "Stays." in text) == (False, 1, True)
    assert "- Met: list, 9.3 ms of processor time, aim 10.\n- Met: first run over a cluster, 1.50 times" in text
    assert rewritten(text, aims(FIGURES), section(FIGURES)) == text


def test_figures_that_are_the_first_of_their_part_come_last():
    text = rewritten("# Performance\n\n## Aims and misses\n\n- Met: list, x.\n", aims(FIGURES), section(FIGURES))
    assert text.index("first run over a cluster") < text.index("## A cluster of 10,000 services")
