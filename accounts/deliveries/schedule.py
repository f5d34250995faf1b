"""When a delivery is tried again. Pure but for the dice."""

import random
from datetime import datetime, timedelta

#: After the first attempt, the second, and so on; then it is given up, some 33 hours after the first.
STEPS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600, 86_400))
#: So much more at most, so that what failed together does not come back together.
JITTER = 0.2


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after that many attempts; ``None`` when it is given up."""
    if attempts > len(STEPS):
        return None
    step = STEPS[attempts - 1]
    return now + step + step * random.uniform(0, JITTER)  # noqa: S311 - spreads load, guards nothing
