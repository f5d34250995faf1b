"""A message broker in a folder, for one machine: no message of it can stop a worker.

A message is a file, written beside the queue and renamed into it, so that no reader sees a part of one. To receive
is to read and then to remove it, which exactly one of several readers achieves. A file that is no message (empty, cut
off by a full disk, not ours) is set aside in `unreadable/` for a person to look at.

Messages are nudges: a task that its worker loses is not sent again, whoever sends it finds the due work from its row.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

LONGEST_WAIT_SECONDS = 0.4

log = logging.getLogger(__name__)


class Channel(virtual.Channel):
    """One folder a queue, below the transport option ``folder``."""

    @property
    def folder(self) -> Path:
        return Path(self.connection.client.transport_options["folder"])

    def _queue(self, queue: str) -> Path:
        path = self.folder / queue
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def _messages(self, queue: str) -> Iterator[Path]:
        return self._queue(queue).glob("*.msg")

    def _put(self, queue: str, message: dict, **_options: object) -> None:
        # The name sorts by the time of sending; the random part keeps two senders apart.
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        draft = self._queue(queue) / f"{name}.draft"
        draft.write_text(dumps(message), encoding="utf-8")
        draft.rename(draft.with_suffix(".msg"))

    def _get(self, queue: str, timeout: float | None = None) -> dict:
        for path in sorted(self._messages(queue)):
            try:
                payload = self._read(path)
                path.unlink()
            except FileNotFoundError:
                continue  # another reader was faster
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                self._set_aside(path, error)
            else:
                return payload
        raise Empty

    def _read(self, path: Path) -> dict:
        payload = loads(path.read_bytes())
        self.Message(payload, channel=self)  # raises where the worker would, were it delivered
        return payload

    def _set_aside(self, path: Path, error: Exception) -> None:
        aside = self.folder / "unreadable"
        aside.mkdir(mode=0o700, exist_ok=True)
        try:
            path.rename(aside / path.name)
        except FileNotFoundError:
            return
        log.warning("common.broker.message_set_aside file=%s error=%r", aside / path.name, error)

    def _size(self, queue: str) -> int:
        return sum(1 for _ in self._messages(queue))

    def _purge(self, queue: str) -> int:
        messages = list(self._messages(queue))
        for path in messages:
            path.unlink(missing_ok=True)
        return len(messages)


class Transport(virtual.Transport):
    """Kombu's transport for `Channel`; name it as ``broker_transport = "common.broker:Transport"``."""

    Channel = Channel
    # Queues and bindings are declared by every sender and reader for itself; one table serves the whole process.
    global_state = virtual.BrokerState()
    implements = virtual.Transport.implements.extend(exchange_type=frozenset({"direct"}))
    polling_interval = 0.2
    default_port = 0
    driver_type = "folder"
    driver_name = "folder"

    def __init__(self, client: object, **options: object) -> None:
        super().__init__(client, **options)
        self.state = self.global_state

    def drain_events(self, connection: object, timeout: float | None = None) -> None:
        # Celery waits 2 s at a time and looks only in between whether it was asked to end.
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_WAIT_SECONDS))

    @property
    def default_connection_params(self) -> dict:
        return {}  # a folder has no host

    def driver_version(self) -> str:
        return "1"
