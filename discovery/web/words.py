"""How sources and runs read: schedules, durations, what a run brought, who started it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from common.web.words import counted, grouped

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600

#: How often a source is looked at, as the form offers it; ``None`` is by hand.
SCHEDULES: Mapping[int | None, str] = {
    15 * MINUTE: "Every 15 minutes",
    30 * MINUTE: "Every 30 minutes",
    HOUR: "Every hour",
    6 * HOUR: "Every 6 hours",
    DAY: "Every day",
    7 * DAY: "Every week",
    None: "By hand",
}

# What a run counts, in the order it is told. What stayed as it was, and what was only looked at, is not news.
_NEWS = {
    "new": "new",
    "changed": "changed",
    "moved": "moved",
    "returned": "returned",
    "missing": "missing",
    "published": "published",
    "ignored": "ignored",
}
_UNITS = ((DAY, "day,days"), (HOUR, "hour,hours"), (MINUTE, "minute,minutes"), (1, "second,seconds"))


def schedule_words(seconds: int | None) -> str:
    """«Every 15 minutes», «By hand»; any other number in its largest whole unit."""
    return SCHEDULES.get(seconds) or f"Every {span_words(seconds or 0)}"


def span_words(seconds: int) -> str:
    """«7 days», «90 minutes»: the largest unit that needs no fraction."""
    unit, forms = next((unit, forms) for unit, forms in _UNITS if seconds % unit == 0)
    return counted(seconds // unit, forms)


def clock_words(span: timedelta | None) -> str:
    """«0:41», «1:02:10»; nothing for an unknown span."""
    if span is None:
        return ""
    minutes, seconds = divmod(max(int(span.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def took_words(span: timedelta | None) -> str:
    """«0:41», «under a second»; nothing for an unknown span."""
    if span is not None and span < timedelta(seconds=1):
        return "under a second"
    return clock_words(span)


def ahead_words(moment: datetime, now: datetime) -> str:
    """«due now», «in 12 min», «in 3 h», «in 2 days»: when something will be, roughly."""
    seconds = int((moment - now).total_seconds())
    if seconds < MINUTE:
        return "due now"
    if seconds < HOUR:
        return f"in {seconds // MINUTE} min"
    if seconds < 2 * DAY:
        return f"in {seconds // HOUR} h"
    return f"in {seconds // DAY} days"


def news_words(counts: Mapping[str, int]) -> str:
    """«3 new, 1 missing»; «no change» when a run brought nothing."""
    parts = [f"{grouped(counts[name])} {word}" for name, word in _NEWS.items() if counts.get(name)]
    return ", ".join(parts) or "no change"


def starter_words(started_by: str) -> str:
    """«Started on schedule», or by whom."""
    return "Started on schedule" if started_by == "schedule" else f"Started by {started_by}"
