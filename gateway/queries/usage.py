"""Traffic over a window: the sum, step by step, and by who or what; of an API, or of an application.

Each question takes two statements at most, one for counts and one for times, whatever the window; they read the minutes
of the days that it touches and nothing else, or the longer spans that its steps are made of (``gateway.usage.spans``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.actor import Actor
from catalog.models import API
from common.access import require
from gateway.permissions import Action
from gateway.usage.percentiles import Latency, latency_of
from gateway.usage.spans import span_for
from gateway.usage.windows import Window
from gateway.values import LATENCY_BOUNDS
from marketplace.models import Application

_UNKNOWN = Latency()
_ByKey = dict[Any, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests; of them those that were answered 4xx (401 and 429 also apart) and 5xx; and how long they took."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    unauthorised: int = 0
    limited: int = 0
    latency: Latency = _UNKNOWN


@dataclass(frozen=True, slots=True)
class Step:
    """What was from ``at`` up to the next step."""

    at: datetime
    counts: Counts


@dataclass(frozen=True, slots=True)
class Group:
    """What somebody sent, or something got: ``key`` names it in URLs, ``title`` for people."""

    key: str
    title: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class UsageOver:
    """Traffic over a window; ``steps`` are all there are, in their order, those without traffic too. ``groups`` have
    the most requests first, and are empty when nothing was asked for."""

    window: Window
    total: Counts
    steps: tuple[Step, ...]
    groups: tuple[Group, ...] = ()


#: By what traffic can be told apart: SQL for key and title. 0 stands for those without a known key.
_BY = {
    "consumer": (
        "coalesce(application.public_id, '')",
        "coalesce(application.name, 'Without a key')",
        "LEFT JOIN marketplace_application AS application ON application.id = line.application_id",
    ),
    "api": (
        "coalesce(api.slug, '')",
        "coalesce(api.title, 'Removed')",
        "LEFT JOIN catalog_api AS api ON api.id = line.api_id",
    ),
    "version": (
        "coalesce(version.name, '')",
        "coalesce(version.name, 'Removed')",
        "LEFT JOIN catalog_apiversion AS version ON version.id = line.version_id",
    ),
    "gateway": (
        "coalesce(gateway.slug, '')",
        "coalesce(gateway.title, 'Removed')",
        "LEFT JOIN gateway_gateway AS gateway ON gateway.id = line.gateway_id",
    ),
}
API_GROUPS = ("consumer", "version", "gateway")
APPLICATION_GROUPS = ("api", "version", "gateway")
_COUNTS = """
    sum(requests)::bigint, coalesce(sum(requests) FILTER (WHERE status BETWEEN 400 AND 499), 0)::bigint,
    coalesce(sum(requests) FILTER (WHERE status >= 500), 0)::bigint,
    coalesce(sum(requests) FILTER (WHERE status = 401), 0)::bigint,
    coalesce(sum(requests) FILTER (WHERE status = 429), 0)::bigint
"""
_TIMES = ", ".join(f"sum(counts[{place}])::bigint" for place in range(1, len(LATENCY_BOUNDS) + 2))
#: The same of spans, which have them in columns.
_COUNTED = ", ".join(
    f"sum({column})::bigint" for column in ("requests", "client_errors", "server_errors", "unauthorised", "limited")
)
_AT = "to_timestamp(floor(extract(epoch FROM {at}) / %(step)s) * %(step)s)"
_GROUPS_AT_MOST = 100


def usage_of_api(actor: Actor, api: API, window: Window, by: str = "") -> UsageOver:
    """The traffic of an API, at best by one of ``API_GROUPS``. Raises ``Denied``; two queries, four with groups."""
    require(actor, Action.USAGE_READ, api)
    return _usage("api_id", api.pk, window, by)


def usage_of_application(actor: Actor, application: Application, window: Window, by: str = "") -> UsageOver:
    """The same of what an application sends, at best by one of ``APPLICATION_GROUPS``."""
    require(actor, Action.USAGE_READ, application)
    return _usage("application_id", application.pk, window, by)


def _usage(column: str, pk: int, window: Window, by: str) -> UsageOver:
    about = {"pk": pk, "start": window.start, "end": window.end, "step": window.step_seconds}
    about["span"] = span_for(window.step_seconds)
    counts, times = _sums(_AT, column, about)
    steps = tuple(Step(at, _counts(counts.get(at, ()), times.get(at, ()))) for at in window.moments())
    return UsageOver(window, _counts(_summed(counts), _summed(times)), steps, _groups(column, by, about) if by else ())


def _groups(column: str, by: str, about: Mapping[str, Any]) -> tuple[Group, ...]:
    key, title, join = _BY[by]
    counts, times = _sums(f"json_build_array({key}, {title})::text", column, about, join)
    most = sorted(counts, key=lambda one: (-counts[one][0], one))[:_GROUPS_AT_MOST]
    return tuple(Group(*json.loads(one), _counts(counts[one], times.get(one, ()))) for one in most)


def _sums(key: str, column: str, about: Mapping[str, Any], join: str = "") -> tuple[_ByKey, _ByKey]:
    """Counts and times of each key, from the longest spans that the steps are made of, or from minutes."""
    if about["span"] is None:
        counts = _by_key(key.format(at="minute"), _COUNTS, _lines("usage", column, join), about)
        return counts, _by_key(key.format(at="minute"), _TIMES, _lines("latency", column, join), about)
    sums = _by_key(key.format(at="start"), f"{_COUNTED}, {_TIMES}", _lines("usage_span", column, join), about)
    places = len(Counts.__dataclass_fields__) - 1
    return {key: row[:places] for key, row in sums.items()}, {key: row[places:] for key, row in sums.items()}


def _by_key(key: str, sums: str, lines: str, about: Mapping[str, Any]) -> _ByKey:
    """The sums of each key; all of it our own text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {sums} {lines} GROUP BY 1", about)
        return {found: tuple(row) for found, *row in cursor.fetchall()}


def _lines(table: str, column: str, join: str = "") -> str:
    at, only = ("start", "AND seconds = %(span)s") if table == "usage_span" else ("minute", "")
    lies = f"{at} >= %(start)s AND {at} < %(end)s"
    return f"FROM gateway_{table} AS line {join} WHERE line.{column} = %(pk)s {only} AND {lies}"


def _counts(counts: Sequence[int], times: Sequence[int]) -> Counts:
    return Counts(*counts, latency=latency_of(times))


def _summed(rows: Mapping[Any, Sequence[int]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows.values(), strict=True))
