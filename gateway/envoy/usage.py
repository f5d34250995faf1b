"""Reads usage out of what Envoy says of its counters, in the text format of Prometheus.

The numbers only grow while an Envoy runs, and begin at 0 when it starts again.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.envoy.clients import identity
from gateway.envoy.names import CLIENT_TAG, LATENCY, REQUESTS, ROUTE_TAG, STATS_PREFIX, STATUS_TAG
from gateway.values import LATENCY_BOUNDS

#: What to ask Envoy's administration for: all counters of usage that ever counted something, and nothing else.
USAGE_PATH = f"/stats/prometheus?usedonly&filter=%5E{STATS_PREFIX}%5C."

_REQUESTS = f"envoy_{STATS_PREFIX}_{REQUESTS}{{"
_LATENCY = f"envoy_{STATS_PREFIX}_{LATENCY}_bucket{{"
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_BUCKETS = {float(bound): index for index, bound in enumerate((*LATENCY_BOUNDS, float("inf")))}


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Which requests were counted; without subscription and credential, those that had no key that is known."""

    route: str
    subscription: str
    credential: str
    status: int


@dataclass(frozen=True, slots=True)
class LatencyKey:
    """Whose times were counted."""

    route: str
    subscription: str


@dataclass(slots=True)
class Counts:
    """All requests since Envoy started; ``latencies`` have how many took as long in each bucket of ``LATENCY_BOUNDS``,
    and longer than the last."""

    requests: Counter[RequestKey] = field(default_factory=Counter)
    latencies: dict[LatencyKey, tuple[int, ...]] = field(default_factory=dict)


def counts(lines: Iterable[str]) -> Counts:
    """What the lines of an answer to ``USAGE_PATH`` count. Requests that met no route belong to no API and are left
    out, as is every line that is not one of ours."""
    result = Counts()
    reached: dict[LatencyKey, list[int]] = {}
    for line in lines:
        if line.startswith(_REQUESTS):
            _add_requests(line, result.requests)
        elif line.startswith(_LATENCY):
            _add_bucket(line, reached)
    result.latencies = {key: _apart(bounds) for key, bounds in reached.items()}
    return result


def _read(line: str) -> tuple[dict[str, str], int]:
    labels, _, value = line.rpartition(" ")
    return dict(_LABEL.findall(labels)), int(float(value))


def _add_requests(line: str, requests: Counter[RequestKey]) -> None:
    labels, count = _read(line)
    route, status = labels.get(ROUTE_TAG, ""), labels.get(STATUS_TAG, "")
    if not _is_route(route) or not status.isdecimal():
        return
    who = identity(labels.get(CLIENT_TAG, ""))
    requests[RequestKey(route, who.subscription, who.credential, int(status))] += count


def _add_bucket(line: str, reached: dict[LatencyKey, list[int]]) -> None:
    labels, count = _read(line)
    route, index = labels.get(ROUTE_TAG, ""), _BUCKETS.get(float(labels.get("le", "nan")))
    if not _is_route(route) or index is None:
        return
    key = LatencyKey(route, identity(labels.get(CLIENT_TAG, "")).subscription)
    # Several of Envoy's histograms can be one of ours: a change of plan begins a new one.
    reached.setdefault(key, [0] * len(_BUCKETS))[index] += count


def _is_route(name: str) -> bool:
    return name.startswith("rte_")


def _apart(bounds: list[int]) -> tuple[int, ...]:
    """Envoy counts what took at most as long; ours are what took as long and longer than the bucket before."""
    return tuple(count - before for count, before in zip(bounds, [0, *bounds], strict=False))
