"""The agent's line to its portal: three endpoints, one token, and answers that are bounded in size and time.

The connection stays open between two questions, so that a change comes at once. Redirects are not followed: they would
carry the token to somebody else.
"""

import http.client
import json
import socket
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from common.http.bodies import body_of
from common.http.line import Line, remaining, secured, usual_tls
from common.http.places import Place, place_of
from common.http.values import SENTENCES, Failed
from gateway.values import Changes, Report

#: 100,000 keys are about 25 MB.
ANSWER_BYTES = 128_000_000
_HEADER_BYTES = 32_768
_ANSWER_SECONDS = 15.0
_POST_SECONDS = 10.0
_CONNECT_SECONDS = 5.0
_WORDS_AT_MOST = 300
_PATH = "/api/v1/gateway-agent"
#: Refusals that may be none the next time: an older portal, too slow, too many.
_PASSING = frozenset({404, 408, 409, 425, 429})
_Value = TypeVar("_Value")


class Away(Exception):
    """The portal gave no answer that can be used; the text says why, in a sentence."""


class Unwelcome(Away):
    """The portal does not accept the token."""


class NotUsable(Away):
    """The portal answered, and what it said cannot be what it meant."""


class Rejected(Away):
    """The portal will not take what was sent, however often it is sent."""


class NotAnAddress(ValueError):
    """The portal's address is not one."""


class PortalLine:
    """One open connection at most; used by one thread at a time."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        place = place_of(url)
        if place is None or "?" in place.target:
            raise NotAnAddress(url)
        self._place = place
        self._token = token
        self._socket: socket.socket | None = None

    def changes(self, since: int, wait_seconds: int) -> Changes | None:
        """What is new since a generation, ``None`` for nothing within the time; raises ``Away``."""
        target = f"{_PATH}/changes?since={since}&wait={wait_seconds}"
        status, body = self._ask("GET", target, b"", wait_seconds + _ANSWER_SECONDS)
        return None if status == 204 else _decoded(body, Changes)

    def report(self, report: Report) -> None:
        """The portal has the report; raises ``Away``."""
        self._ask("POST", f"{_PATH}/report", msgspec.json.encode(report), _POST_SECONDS)

    def usage(self, encoded: bytes) -> None:
        """The portal has the batch, an encoded ``Usage``, now or from before; raises ``Away``."""
        self._ask("POST", f"{_PATH}/usage", encoded, _POST_SECONDS)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, method: str, target: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        deadline = time.monotonic() + seconds
        try:
            headers = self._headers()
        except OSError as error:
            raise Away(f"There is no token: {error}") from None
        was_open = self._socket is not None
        try:
            try:
                status, found = self._exchanged(method, target, body, headers, deadline)
            except (ConnectionError, http.client.BadStatusLine):
                # An idle connection may have been closed at the other end; every question here may be asked twice.
                if not was_open:
                    raise
                status, found = self._exchanged(method, target, body, headers, deadline)
        except Failed as failed:
            raise Away(f"The portal cannot be asked: {failed.failure.sentence}") from None
        except TimeoutError:
            raise Away(f"The portal cannot be asked: {SENTENCES['timeout']}") from None
        except ConnectionRefusedError:
            raise Away(f"The portal cannot be asked: {SENTENCES['refused']}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Away(f"The portal cannot be asked: {str(error) or type(error).__name__}") from None
        _judge(status, found)
        return status, found

    def _exchanged(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str], deadline: float
    ) -> tuple[int, bytes]:
        connection = self._connected(deadline)
        try:
            line = Line(connection, deadline)
            line.allow(_HEADER_BYTES, "headers-too-large")
            response = _answered(line, self._place, method, target, body, headers)
            line.allow(ANSWER_BYTES, "too-large")
            found = body_of(response, ANSWER_BYTES)
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        return response.status, found

    def _headers(self) -> Mapping[str, str]:
        return {
            "Host": self._place.authority,
            "User-Agent": "portico-gateway-agent",
            "Authorization": f"Bearer {self._token()}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }

    def _connected(self, deadline: float) -> socket.socket:
        if self._socket is not None:
            return self._socket
        place = self._place
        seconds = min(_CONNECT_SECONDS, remaining(deadline))
        connection = socket.create_connection((place.host, place.port), seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if place.scheme == "https":
                connection = secured(connection, usual_tls(place.host, ""), deadline)
        except BaseException:
            connection.close()
            raise
        self._socket = connection
        return connection


def _answered(
    line: Line, place: Place, method: str, target: str, body: bytes, headers: Mapping[str, str]
) -> http.client.HTTPResponse:
    """The answer as far as its headers."""
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.auto_open = 0
    connection.sock = line  # type: ignore[assignment]
    connection.putrequest(method, place.target.rstrip("/") + target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if method == "POST":
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
    return connection.getresponse()


def _judge(status: int, body: bytes) -> None:
    if status in (200, 201, 202, 204):
        return
    said = _said(body)
    if status in (401, 403):
        raise Unwelcome(f"The portal does not accept the token ({status}){said}")
    if 300 <= status < 400:
        raise Away(f"The portal redirects ({status}): PORTICO_GATEWAY_URL has to be the address itself")
    kind = Rejected if 400 <= status < 500 and status not in _PASSING else Away
    raise kind(f"The portal answered {status}{said}")


def _said(body: bytes) -> str:
    """What a problem document says, shortened and on one line."""
    try:
        problem = json.loads(body[:10_000])
        said = str(problem.get("detail") or problem.get("title") or "")
    except (ValueError, AttributeError):
        return ""
    line = "".join(letter if letter.isprintable() else " " for letter in said)[:_WORDS_AT_MOST]
    return f": {line}" if line else ""


def _decoded(body: bytes, kind: type[_Value]) -> _Value:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotUsable(f"The portal's answer is not one: {error}") from None
