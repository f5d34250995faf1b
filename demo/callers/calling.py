"""Sends the requests of the callers, one after the other, over one connection."""

import heapq
import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from demo.callers.rhythm import Caller, pause, request_of

_TIMEOUT_SECONDS = 10
_AWAY_SECONDS = 3
_BODY = b"{}"


class Line:
    """The connection to the gateway; opened again when it ended."""

    def __init__(self, gateway: str) -> None:
        self._place = urlsplit(gateway)
        self._open: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, key: str) -> int:
        """The status that was answered; 0 when nobody did."""
        headers = {"User-Agent": "nordhaven-demo"} | ({"X-API-Key": key} if key else {})
        body = None if method in ("GET", "DELETE") else _BODY
        if body:
            headers["Content-Type"] = "application/json"
        try:
            self._open = self._open or self._connection()
            self._open.request(method, path, body=body, headers=headers)
            answer = self._open.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0
        return answer.status

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._place.hostname or "", self._place.port, timeout=_TIMEOUT_SECONDS)


def call(
    line: Line, callers: Sequence[Caller], keys: Mapping[str, str], wait: Callable[[float], bool], now: float
) -> None:
    """The callers call until ``wait`` says that it is over; it waits for so many seconds."""
    begun = now
    due = [(now + index * 0.3, index, 0) for index in range(len(callers))]
    heapq.heapify(due)
    while due:
        at, index, number = heapq.heappop(due)
        if wait(max(0.0, at - time.monotonic())):
            return
        caller = callers[index]
        method, path = request_of(caller, number)
        if not line.send(method, caller.path + path, keys[caller.name]) and wait(_AWAY_SECONDS):
            return
        # Counted from now, so that requests missed while the gateway was away are not made up for.
        heapq.heappush(due, (time.monotonic() + pause(caller, number, at - begun), index, number + 1))
