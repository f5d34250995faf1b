"""The process that watches: sources that nobody watches are claimed, and each is followed in a thread of its own."""

import logging
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from discovery.connectors.base import ConnectorError
from discovery.connectors.watches import Watcher
from discovery.installed import connectors
from discovery.runs.claim import LostLease
from discovery.watching.ending import end_asked, end_failed
from discovery.watching.follow import follow
from discovery.watching.lease import ClaimedWatch, NotWanted, claim_watch

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
#: Sources that one process watches; with more, start more processes.
AT_MOST = 50
#: Claimed at one look, so that processes that start together share what there is.
AT_ONCE = 4
END_SECONDS = 1.4
AWAY = (OperationalError, InterfaceError)


class NoDatabase(ConnectorError):
    """What was seen could not be stored."""

    code = "database-away"
    transient = True


class Internal(ConnectorError):
    """Portico itself failed."""

    code = "internal-error"
    transient = True


@dataclass(frozen=True, slots=True)
class _Followed:
    claimed: ClaimedWatch
    thread: Thread


class Watchers:
    """The watches of this process."""

    def __init__(self) -> None:
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._followed: list[_Followed] = []
        self._stop = Event()

    def run(self, stop: Event) -> None:
        """Watch what is to be watched until ``stop`` is set; then all of it is free for others, within two seconds."""
        self._stop = stop
        while not stop.is_set():
            self._look()
            stop.wait(LOOK_SECONDS)
        self._end()

    def _look(self) -> None:
        self._followed = [one for one in self._followed if one.thread.is_alive()]
        kinds = sorted(kind for kind, connector in connectors().items() if isinstance(connector, Watcher))
        try:
            close_old_connections()
            for _ in range(min(AT_ONCE, AT_MOST - len(self._followed))):
                claimed = claim_watch(kinds, self._holder) if kinds else None
                if claimed is None:
                    return
                self._begin(claimed)
        except AWAY as error:
            log.warning("discovery.watch.database_away error=%s", type(error).__name__)
            connection.close()

    def _begin(self, claimed: ClaimedWatch) -> None:
        name = f"watch-{claimed.source_id}"
        # A connector that does not come back must not keep the process from ending.
        thread = Thread(target=watch, args=(claimed, self._stop), name=name, daemon=True)
        self._followed.append(_Followed(claimed, thread))
        thread.start()

    def _end(self) -> None:
        deadline = time.monotonic() + END_SECONDS
        for one in self._followed:
            one.thread.join(max(deadline - time.monotonic(), 0))
        for one in self._followed:
            if one.thread.is_alive():
                _quietly(end_asked, one.claimed)
        connection.close()


def watch(claimed: ClaimedWatch, stop: Event) -> None:
    """The claimed source has been followed until there was a reason not to; its row says which."""
    try:
        _watch(claimed, stop)
    except AWAY as error:
        log.warning("discovery.watch.database_away source=%s error=%s", claimed.source_id, type(error).__name__)
        _quietly(end_failed, claimed, NoDatabase("The database did not answer.", "The watch begins again by itself."))
    finally:
        connection.close()


def _watch(claimed: ClaimedWatch, stop: Event) -> None:
    log.info("discovery.watch.began source=%s generation=%s", claimed.source_id, claimed.generation)
    try:
        follow(claimed, stop)
    except LostLease:
        log.warning("discovery.watch.lease_lost source=%s generation=%s", claimed.source_id, claimed.generation)
    except ConnectorError as error:
        end_failed(claimed, error)
    except NotWanted:
        end_asked(claimed)
    except AWAY:
        raise
    except Exception:
        log.exception("discovery.watch.broke source=%s", claimed.source_id)
        end_failed(claimed, Internal("Portico itself failed.", "The log of the watcher says where."))
    else:
        end_asked(claimed)


def _quietly(end: Callable[..., None], *told: object) -> None:
    """End with a connection of its own; without the database the lease runs out by itself."""
    connection.close()
    with suppress(*AWAY):
        end(*told)
