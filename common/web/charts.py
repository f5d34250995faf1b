"""Charts as values: what a template hands to ``static/js/chart.js``, with words and figures for those without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.web.words import machine_time


@dataclass(frozen=True, slots=True)
class Series:
    """One line: as many ``values`` as its chart has times, ``None`` where nothing is known.

    ``tone`` is the name of a colour token (s1…s6, warn-icon, bad); a dash or a fill tells lines apart without colour.
    """

    name: str
    values: Sequence[float | None]
    tone: str = "s1"
    is_dashed: bool = False
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over time. ``unit`` is said once; ``summary`` is the whole chart in one sentence, for who cannot see it."""

    id: str
    title: str
    unit: str
    times: Sequence[datetime]
    series: Sequence[Series]
    summary: str

    @property
    def data(self) -> dict:
        """What the script draws, as JSON."""
        return {
            "title": self.title,
            "unit": self.unit,
            "times": [machine_time(time) for time in self.times],
            "series": [
                {
                    "name": one.name,
                    "values": list(one.values),
                    "tone": one.tone,
                    "dashed": one.is_dashed,
                    "filled": one.is_filled,
                }
                for one in self.series
            ],
        }

    @property
    def rows(self) -> list[tuple[datetime, list[float | None]]]:
        """The same figures as a table, newest first."""
        return [(time, [one.values[at] for one in self.series]) for at, time in enumerate(self.times)][::-1]


SPARK_WIDTH, SPARK_HEIGHT = 88, 20
_EDGE = 1.5


def spark_points(values: Sequence[float]) -> str:
    """A line of ``SPARK_WIDTH`` × ``SPARK_HEIGHT`` pixels from 0 to the largest value; empty for less than two."""
    if len(values) < 2:
        return ""
    top = max(values) or 1
    step = SPARK_WIDTH / (len(values) - 1)
    usable = SPARK_HEIGHT - 2 * _EDGE
    return " ".join(f"{at * step:.1f},{_EDGE + usable * (1 - value / top):.1f}" for at, value in enumerate(values))
