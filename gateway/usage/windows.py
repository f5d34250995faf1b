"""From when to when usage is asked for, and in which steps it is told. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from common.errors import Invalid

#: Up to how long a window may be for steps of so many seconds: some 150 steps, whole fractions of a day.
_STEPS = (
    (timedelta(hours=3), 60),
    (timedelta(hours=12), 300),
    (timedelta(days=1), 600),
    (timedelta(days=7), 3_600),
    (timedelta(days=31), 21_600),
)
_DAY = 86_400
_DEFAULT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` up to, and without, ``end``; both at the beginning of a step in UTC."""

    start: datetime
    end: datetime
    step_seconds: int

    def moments(self) -> list[datetime]:
        """The beginnings of its steps, in their order."""
        count = int((self.end - self.start).total_seconds()) // self.step_seconds
        return [self.start + timedelta(seconds=self.step_seconds * place) for place in range(count)]


def window(start: datetime | None, end: datetime | None, now: datetime, days: int) -> Window:
    """The window that was asked for, widened to whole steps: the last day when nothing was said.

    Raises ``Invalid`` by field: it ends before it starts, or starts before usage is kept (``days``).
    """
    end = min(end or now, now)
    start = start or end - _DEFAULT
    if start >= end:
        raise Invalid({"from": "It has to lie before the end, and in the past."})
    if start < now - timedelta(days=days + 1):
        raise Invalid({"from": f"Usage is kept for {days} days."})
    step = next((seconds for longest, seconds in _STEPS if end - start <= longest), _DAY)
    first = int(start.timestamp()) // step * step
    last = -(-int(end.timestamp()) // step) * step
    return Window(datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC), step)
