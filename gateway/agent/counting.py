"""From numbers that only grow to what happened in between. Pure."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TypeVar

from gateway.envoy.usage import Counts, LatencyKey, RequestKey
from gateway.values import Latencies, Requests, Usage, Value

#: A batch stays well below a megabyte.
ENTRIES_AT_MOST = 3_000
#: How far two answers to «since when do you run» differ for the same Envoy.
_SAME_SECONDS = 3.0
_Key = TypeVar("_Key")


class Totals(Value):
    """All that was counted of an Envoy that started at ``started``, and is in batches up to ``number``."""

    number: int = 0
    started: float = 0.0
    requests: tuple[tuple[str, str, str, int, int], ...] = ()
    latencies: tuple[tuple[str, str, tuple[int, ...]], ...] = ()


def totals(number: int, started: float, counts: Counts) -> Totals:
    """The counts as they are kept."""
    return Totals(
        number=number,
        started=started,
        requests=tuple(
            (key.route, key.subscription, key.credential, key.status, count) for key, count in counts.requests.items()
        ),
        latencies=tuple((key.route, key.subscription, found) for key, found in counts.latencies.items()),
    )


def since(before: Totals, started: float, counts: Counts, minute: int) -> tuple[list[Requests], list[Latencies]]:
    """What was counted after ``before``; everything, when Envoy was started anew in between."""
    known = before if abs(before.started - started) <= _SAME_SECONDS else Totals()
    requests = {RequestKey(*key): count for *key, count in known.requests}
    latencies = {LatencyKey(route, subscription): found for route, subscription, found in known.latencies}
    return (
        [_requests(key, count, minute) for key, count in _grown(requests, counts.requests)],
        [
            Latencies(minute=minute, route=key.route, subscription=key.subscription, counts=grown)
            for key, found in counts.latencies.items()
            if any(grown := _each_grown(latencies.get(key, ()), found))
        ],
    )


def batches(requests: list[Requests], latencies: list[Latencies], names: Iterator[str]) -> list[Usage]:
    """In batches of a size that is taken, each with a name of its own."""
    found = []
    for start in range(0, max(len(requests), len(latencies)), ENTRIES_AT_MOST // 2):
        part = slice(start, start + ENTRIES_AT_MOST // 2)
        found.append(Usage(batch=next(names), requests=tuple(requests[part]), latencies=tuple(latencies[part])))
    return found


def _requests(key: RequestKey, count: int, minute: int) -> Requests:
    return Requests(
        minute=minute,
        route=key.route,
        subscription=key.subscription,
        credential=key.credential,
        status=key.status,
        count=count,
    )


def _grown(before: Mapping[_Key, int], now: Mapping[_Key, int]) -> Iterator[tuple[_Key, int]]:
    for key, count in now.items():
        was = before.get(key, 0)
        # A number that fell began anew.
        grown = count - was if count >= was else count
        if grown:
            yield key, grown


def _each_grown(before: tuple[int, ...], now: tuple[int, ...]) -> tuple[int, ...]:
    was = tuple(chain(before, (0,) * (len(now) - len(before))))
    if sum(now) < sum(was):
        return now
    # Counted while they were read, a bucket may seem smaller than it was: never less than nothing.
    return tuple(max(count - earlier, 0) for count, earlier in zip(now, was, strict=False))
