"""Longer spans than minutes, which long windows are read from: an hour, and six of them. Pure.

A busy API has a million rows of minutes in a day, and some thousand of six hours in a month. Spans are added up when
their minutes come in, in the same transaction, so that both always tell the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.values import LATENCY_BOUNDS, Latencies, Requests

#: In seconds, the longest first; each divides a day in UTC.
SPANS = (21_600, 3_600)


@dataclass(slots=True)
class Sums:
    """What a row of a span has in its columns, in their order."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    unauthorised: int = 0
    limited: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS) + 1))

    def add(self, one: Requests) -> None:
        self.requests += one.count
        self.client_errors += one.count if 400 <= one.status < 500 else 0
        self.server_errors += one.count if one.status >= 500 else 0
        self.unauthorised += one.count if one.status == 401 else 0
        self.limited += one.count if one.status == 429 else 0


#: Its length and start in seconds, and the names of route and subscription.
Key = tuple[int, int, str, str]


def span_for(step_seconds: int) -> int | None:
    """The longest span that a step is made of; ``None`` when only minutes are short enough."""
    return next((span for span in SPANS if step_seconds % span == 0), None)


def summed(requests: Iterable[Requests], latencies: Iterable[Latencies]) -> list[tuple[Key, Sums]]:
    """What these minutes add to each span, in one order, so that two writers wait for each other and not in a ring."""
    found: dict[Key, Sums] = {}
    for one in requests:
        for key in _keys(one):
            found.setdefault(key, Sums()).add(one)
    for times in latencies:
        for key in _keys(times):
            sums = found.setdefault(key, Sums())
            sums.counts = [mine + more for mine, more in zip(sums.counts, times.counts, strict=True)]
    return sorted(found.items(), key=lambda pair: pair[0])


def _keys(one: Requests | Latencies) -> Iterator[Key]:
    for span in SPANS:
        yield span, one.minute // span * span, one.route, one.subscription
