"""Traffic as pages show it: figures, lines over time and tables, from what the gateways have counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from common.web.charts import Chart, Series
from common.web.words import compact, counted
from gateway.queries.usage import Counts, Group, Step, UsageOver
from gateway.usage.windows import Window, window

#: The windows that are offered: name in the URL, words, length. The first is followed live.
WINDOWS = {
    "1h": ("1 h", timedelta(hours=1)),
    "24h": ("24 h", timedelta(days=1)),
    "7d": ("7 d", timedelta(days=7)),
    "30d": ("30 d", timedelta(days=30)),
}
DEFAULT, LIVE = "24h", "1h"
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands alone, with what it means beneath."""

    title: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: who sent how much of the whole, and how it went."""

    title: str
    url: str
    counts: Counts
    share: int
    errors: str


def chosen(name: str | None) -> str:
    """The window that a URL names, or the usual one."""
    return name if name in WINDOWS else DEFAULT


def window_of(name: str, now: datetime) -> Window:
    """From so long ago up to and with the running step, as far as usage is kept."""
    kept = timedelta(days=settings.PORTICO_USAGE_DAYS)
    return window(now - min(WINDOWS[name][1], kept), now, now, settings.PORTICO_USAGE_DAYS)


def links(path: str, current: str) -> list[dict[str, Any]]:
    """The choice of windows as links."""
    return [
        {"title": words, "url": f"{path}?{urlencode({'window': name})}", "is_current": name == current}
        for name, (words, _) in WINDOWS.items()
    ]


def figures(usage: UsageOver, consumers: int | None = None) -> list[Figure]:
    """What is asked first: how much, how well, how fast, how many were held back."""
    total = usage.total
    found = [
        Figure("Requests", compact(total.requests)),
        Figure("Errors, 5xx", percent(total.server_errors, total.requests), _of(total.server_errors)),
        Figure("Latency p95", _milliseconds(total.latency.p95), _fast(total)),
        Figure("Over the limit, 429", compact(total.limited), percent(total.limited, total.requests, "of requests")),
        Figure("Refused, 401", compact(total.unauthorised), "without a key that opens"),
    ]
    if consumers is not None:
        found.append(Figure("Active applications", compact(consumers), "sent at least one request"))
    return found


def charts(usage: UsageOver) -> list[Chart]:
    """Requests and how they were answered, and how long that took; nothing for a window without traffic."""
    if not usage.total.requests:
        return []
    return [_requests(usage), _latency(usage)]


def lines(usage: UsageOver, urls: Mapping[str, str]) -> list[Line]:
    """The groups of the usage with their share; ``urls`` leads to those that have a page."""
    return [
        Line(
            title=group.title,
            url=urls.get(group.key, ""),
            counts=group.counts,
            share=round(100 * group.counts.requests / (usage.total.requests or 1)),
            errors=_share(group),
        )
        for group in usage.groups
    ]


def percent(part: int, whole: int, words: str = "") -> str:
    """«0.03 %»; «–» of nothing. What is there is never rounded to nothing."""
    if not whole:
        return "–"
    share = 100 * part / whole
    text = "< 0.01" if 0 < share < 0.01 else f"{share:.2f}".rstrip("0").rstrip(".")
    return f"{text} % {words}".strip()


def _requests(usage: UsageOver) -> Chart:
    per_minute = usage.window.step_seconds / _MINUTE
    steps = usage.steps

    def rate(count: Any) -> list[float]:
        return [round(count(step.counts) / per_minute, 2) for step in steps]

    total = usage.total
    series = [
        Series("Answered", rate(_answered), "s1", is_filled=True),
        Series("Over the limit, 429", rate(lambda one: one.limited), "s3", is_dashed=True),
        Series("Refused, 401", rate(lambda one: one.unauthorised), "s5", is_dashed=True),
        Series("Errors, 5xx", rate(lambda one: one.server_errors), "bad"),
    ]
    summary = (
        f"Requests a minute: {counted(_answered(total), 'request was,requests were')} answered, {total.limited:,} over "
        f"the limit, {total.unauthorised:,} refused, {total.server_errors:,} ended with an error of the server."
    )
    return Chart("requests", "Requests", "a minute", _times(steps), series, summary)


def _latency(usage: UsageOver) -> Chart:
    steps = usage.steps
    series = [
        Series("p50", [step.counts.latency.p50 for step in steps], "s5", is_dashed=True),
        Series("p95", [step.counts.latency.p95 for step in steps], "s1"),
        Series("p99", [step.counts.latency.p99 for step in steps], "s3"),
    ]
    latency = usage.total.latency
    summary = (
        f"Time until the whole answer was sent: half within {_milliseconds(latency.p50)}, 95 of 100 within "
        f"{_milliseconds(latency.p95)}, 99 of 100 within {_milliseconds(latency.p99)}."
    )
    return Chart("latency", "Latency", "ms", _times(steps), series, summary)


def _answered(counts: Counts) -> int:
    """All that were neither refused by the gateway for their key or their number, nor ended with a server's error."""
    return counts.requests - counts.limited - counts.unauthorised - counts.server_errors


def _times(steps: Sequence[Step]) -> list[datetime]:
    return [step.at for step in steps]


def _share(group: Group) -> str:
    return percent(group.counts.server_errors, group.counts.requests)


def _of(count: int) -> str:
    return counted(count, "request,requests")


def _fast(total: Counts) -> str:
    return f"half within {_milliseconds(total.latency.p50)}" if total.latency.p50 is not None else ""


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"
