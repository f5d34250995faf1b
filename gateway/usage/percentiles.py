"""How long requests took, from how many took up to each bound. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.values import LATENCY_BOUNDS


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds within which half, 95 and 99 of 100 requests were answered; ``None`` when there were none."""

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


def latency_of(counts: Sequence[int]) -> Latency:
    return Latency(*(percentile(counts, share) for share in (0.5, 0.95, 0.99)))


def percentile(counts: Sequence[int], share: float) -> float | None:
    """The time within which that share of requests was answered, as if those of a bucket were spread evenly in it.

    What took longer than the last bound is answered as that bound: longer than it, nobody knows how much.
    """
    total = sum(counts)
    if not total:
        return None
    wanted, before = share * total, 0
    for place, count in enumerate(counts):
        if count and before + count >= wanted:
            return _within(place, (wanted - before) / count)
        before += count
    return float(LATENCY_BOUNDS[-1])


def _within(place: int, part: float) -> float:
    if place >= len(LATENCY_BOUNDS):
        return float(LATENCY_BOUNDS[-1])
    low = LATENCY_BOUNDS[place - 1] if place else 0
    return round(low + part * (LATENCY_BOUNDS[place] - low), 1)
