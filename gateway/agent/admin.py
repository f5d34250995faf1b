"""What Envoy's administration says, over its Unix socket; bounded in size and time."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.envoy.usage import USAGE_PATH, Counts, counts

_SECONDS = 10.0
_ANSWER_BYTES = 512_000_000
_LINE_BYTES = 10_000
_SMALL_BYTES = 1_000_000


class Silent(Exception):
    """Envoy's administration does not answer as it should; the text says what it did."""


class Admin:
    """The administration of one Envoy; every question is a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def started_at(self) -> float:
        """Since when this very Envoy runs, in seconds since 1970, to a second or so; raises ``Silent``."""
        said = json.loads(self._said("GET", "/server_info"))
        try:
            return time.time() - float(said["uptime_current_epoch"].removesuffix("s"))
        except (KeyError, ValueError, AttributeError) as error:
            raise Silent(f"no uptime: {error}") from None

    def usage(self) -> Counts:
        """All requests since Envoy started; raises ``Silent``."""
        connection = _Connection(self._path)
        try:
            return counts(_lines(connection.answer("GET", USAGE_PATH)))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Silent(str(error)) from None
        finally:
            connection.close()

    def post(self, path: str) -> None:
        """Envoy was told; raises ``Silent``."""
        self._said("POST", path)

    def number(self, name: str) -> int:
        """The value of one of its counters, 0 for one that it does not have; raises ``Silent``."""
        for line in self._said("GET", f"/stats?filter=^{name}$").splitlines():
            key, _, value = line.partition(": ")
            if key == name and value.isdecimal():
                return int(value)
        return 0

    def _said(self, method: str, path: str) -> str:
        connection = _Connection(self._path)
        try:
            return connection.answer(method, path).read(_SMALL_BYTES).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise Silent(str(error)) from None
        finally:
            connection.close()


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("envoy", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(str(self._path))

    def answer(self, method: str, path: str) -> http.client.HTTPResponse:
        self.request(method, path, headers={"Connection": "close"})
        response = self.getresponse()
        if response.status != 200:
            raise http.client.HTTPException(f"it answered {response.status}")
        return response


def _lines(response: http.client.HTTPResponse) -> Iterator[str]:
    left = _ANSWER_BYTES
    while line := response.readline(_LINE_BYTES):
        left -= len(line)
        if left < 0:
            raise Silent("it says too much")
        yield line.decode(errors="replace")
