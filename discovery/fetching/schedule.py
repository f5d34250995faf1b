"""When to look again. Pure but for chance, which keeps those that were looked for together apart."""

import random
from datetime import datetime, timedelta

from discovery.models import FetchOutcome

#: A document that is there is looked at as often; half an hour is soon enough to see a deployment that said nothing.
FOUND_SECONDS = 1_800
_FIRST_SECONDS = {
    FetchOutcome.NOT_FOUND: 3_600,
    FetchOutcome.REFUSED: 1_800,
    FetchOutcome.NOT_ALLOWED: 3_600,
    FetchOutcome.UNREACHABLE: 300,
}
LONGEST_SECONDS = 24 * 3_600
#: Looked for again when documents could not be read for the moment.
BUSY = timedelta(seconds=60)
_SPREAD = 0.2


def is_there(outcome: str) -> bool:
    return outcome in (FetchOutcome.FOUND, FetchOutcome.UNCHANGED, FetchOutcome.CHANGED)


def next_look(outcome: str, failures: int, now: datetime) -> datetime:
    """When to look again after ``failures`` looks in a row that found nothing, this one among them; at most a day."""
    if is_there(outcome):
        seconds: float = FOUND_SECONDS
    else:
        seconds = min(_FIRST_SECONDS[FetchOutcome(outcome)] * 2.0 ** max(failures - 1, 0), LONGEST_SECONDS)
    return now + timedelta(seconds=seconds * random.uniform(1 - _SPREAD, 1.0))  # noqa: S311 - spreads load
