"""How the watch of a source stands: what its row says, and whether anybody keeps it."""

from datetime import datetime, timedelta
from enum import StrEnum

from accounts.actor import Actor
from discovery.connectors.watches import Watcher
from discovery.installed import connectors
from discovery.models import Source, Watch, WatchState

#: A watch that has just begun opens its streams within this time; later none open means that the place is away.
_OPENING = timedelta(seconds=15)


class Standing(StrEnum):
    """``unattended``: nobody watches it though it is to be watched; ``unread``: the first run comes before.

    ``waiting`` is also a watch that is kept while none of its streams is open.
    """

    LIVE = WatchState.LIVE
    STARTING = WatchState.STARTING
    WAITING = WatchState.WAITING
    REFUSED = WatchState.REFUSED
    UNATTENDED = "unattended"
    UNREAD = "unread"
    PAUSED = "paused"
    OFF = "off"


def watchable_kinds() -> list[str]:
    """The kinds of sources whose place tells of changes by itself."""
    return sorted(kind for kind, connector in connectors().items() if isinstance(connector, Watcher))


def watch_of(source: Source) -> Watch | None:
    """The watch of a source, which ``sources`` reads with it; ``None`` before the first."""
    return getattr(source, "watch", None)


def standing_of(source: Source, now: datetime) -> Standing | None:
    """How the watch of the source stands; ``None`` when its connector cannot watch. No query."""
    if source.kind not in watchable_kinds():
        return None
    if not source.is_watched:
        return Standing.OFF
    if source.is_paused:
        return Standing.PAUSED
    if source.seen_at is None:
        return Standing.UNREAD
    watch = watch_of(source)
    if watch is None:
        return Standing.UNATTENDED
    if watch.state in (WatchState.LIVE, WatchState.STARTING) and not (watch.lease_until and watch.lease_until > now):
        return Standing.UNATTENDED
    if is_cut_off(watch):
        return Standing.STARTING if watch.live_since and now - watch.live_since < _OPENING else Standing.WAITING
    return Standing(watch.state)


def is_cut_off(watch: Watch) -> bool:
    """Whether somebody keeps the watch and none of its streams is open."""
    return watch.state == WatchState.LIVE and watch.streams > 0 and watch.streams_open == 0


def are_followed(actor: Actor, source: Source | None = None) -> bool:
    """Whether changes may arrive by themselves: at the source, or at any that the actor may see; one query."""
    if source is not None:
        return source.is_watched and not source.is_paused and source.kind in watchable_kinds()
    followed = Source.objects.visible_to(actor).filter(kind__in=watchable_kinds(), is_watched=True, is_paused=False)
    return followed.exists()


def live_count(now: datetime) -> int:
    """How many sources are followed at this moment."""
    return Watch.objects.filter(state=WatchState.LIVE, lease_until__gt=now).count()
