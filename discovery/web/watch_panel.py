"""The watch of a source as its page shows it: one line, and a notice where somebody should know or act."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from common.web.words import counted, grouped, short_time
from discovery.models import Source, Watch
from discovery.queries.watches import Standing, is_cut_off, standing_of, watch_of
from discovery.web.run_panel import NoticeShown
from discovery.web.words import ahead_words, schedule_words

_NAMED_GAPS = 5
#: Standings that a page follows: others change by what a person does on it.
_CHANGING = frozenset(
    {
        Standing.UNREAD,
        Standing.UNATTENDED,
        Standing.STARTING,
        Standing.LIVE,
        Standing.WAITING,
        Standing.REFUSED,
    }
)

_WORDS = {
    Standing.STARTING: "Everything is read before changes are followed",
    Standing.UNATTENDED: "Nobody follows changes here at the moment. See that a watcher runs",
    Standing.UNREAD: "Changes are followed once a run has read everything",
    Standing.OFF: "Changes are not followed",
    Standing.WAITING: "Changes are not followed at the moment",
    Standing.REFUSED: "Changes cannot be followed",
}


def watch_shown(source: Source, now: datetime) -> dict[str, Any]:
    """The context of the panel; no query. ``watch_state`` is empty when there is nothing to say."""
    standing = standing_of(source, now)
    if standing in (None, Standing.PAUSED):
        return {"watch_state": ""}
    watch = watch_of(source) or Watch(source=source)
    return {
        "source": source,
        "watch_state": standing.value,
        "watch_words": _live_words(watch, now) if standing == Standing.LIVE else _WORDS[standing],
        "watch_runs": _runs(source),
        "watch_notices": _notices(standing, watch, now),
        "watch_polls": standing in _CHANGING,
    }


def _live_words(watch: Watch, now: datetime) -> str:
    """«Live since 10:02, last change 3 s ago, 21 of 21 streams»."""
    words = f"Live since {_clock(watch.live_since or now, now)}"
    if watch.applied_at:
        words += f", last change {short_time(watch.applied_at, now)}"
    if watch.streams:
        words += f", {grouped(watch.streams_open)} of {counted(watch.streams, 'stream,streams')}"
    return words


def _clock(moment: datetime, now: datetime) -> str:
    """The time of today, else the day with it."""
    local, here = timezone.localtime(moment), timezone.localtime(now)
    clock = f"{local:%H:%M}"
    return clock if local.date() == here.date() else f"{local.day} {local:%b}, {clock}"


def _runs(source: Source) -> str:
    """What looks besides."""
    if source.schedule_seconds is None:
        return "Runs look when somebody starts one."
    return f"Runs look at everything {schedule_words(source.schedule_seconds).lower()}."


def _notices(standing: Standing, watch: Watch, now: datetime) -> list[NoticeShown]:
    if standing == Standing.LIVE and watch.gaps:
        return [_gaps(watch)]
    if standing not in (Standing.WAITING, Standing.REFUSED):
        return []
    if is_cut_off(watch):
        return [NoticeShown("warn", _WORDS[standing], _cut_off_words(watch))]
    retry = f"It is tried again {ahead_words(watch.retry_at, now)}." if watch.retry_at else "It is tried again now."
    said = [watch.error_message, watch.error_hint, retry.replace("due now", "now")]
    return [
        NoticeShown(
            grade="bad" if standing == Standing.REFUSED else "warn",
            title=_WORDS[standing],
            text=" ".join(sentence for sentence in said if sentence),
        )
    ]


def _cut_off_words(watch: Watch) -> str:
    return (
        f"The place does not answer: none of {counted(watch.streams, 'stream,streams')} is open. They are opened again "
        "by themselves, and what happened in between is caught up with."
    )


def _gaps(watch: Watch) -> NoticeShown:
    rows = list(watch.gaps[:_NAMED_GAPS])
    if len(watch.gaps) > _NAMED_GAPS:
        rows.append(f"And {grouped(len(watch.gaps) - _NAMED_GAPS)} more.")
    return NoticeShown("warn", "Not everything is followed", "What changes there is seen by the next run.", rows)
