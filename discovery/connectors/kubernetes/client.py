"""One connection to one API server: bounded, patient within its deadline, and going nowhere else."""

import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from discovery.connectors.base import Unreachable
from discovery.connectors.clock import check_time
from discovery.connectors.kubernetes.access import Access, tls_context
from discovery.connectors.kubernetes.connection import TROUBLE, Wire
from discovery.connectors.kubernetes.replies import (
    RETRIED,
    TooLarge,
    failure_of,
    seconds_of,
    unintelligible,
    unreached,
)

ATTEMPTS = 5
READ_SECONDS = 20.0
#: One answer with every attempt for it. A run is given up after 90 seconds without a sign of life.
ANSWER_SECONDS = 60.0
PAUSE_SECONDS_AT_MOST = 20.0
#: Twice of it is in memory for a moment. A page that is larger is asked for again in shorter ones.
BODY_BYTES_AT_MOST = 64 * 1024 * 1024
TAG_AT_MOST = 200
_PIECE = 256 * 1024

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"

T = TypeVar("T")
_JSON = "application/json"
_NOT_MODIFIED = 304
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    retry_after: float | None
    tag: str


class Client:
    """Reads from an API server; close it. Every method raises ConnectorError, Partial after the deadline."""

    def __init__(
        self,
        access: Access,
        deadline: float,
        wait: Callable[[float], None] = time.sleep,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """``context`` is what verifies the server, when several connections share it."""
        self._access = access
        self._deadline = deadline
        self._wait = wait
        check_time(deadline)
        self._wire = Wire(access, context or tls_context(access))
        try:
            self._wire.open()
        except TROUBLE as error:
            if isinstance(error, ssl.SSLError):
                raise unreached(error, "a connection") from None
            raise Unreachable(
                "The API server does not answer.", "Check address, port and the firewalls between."
            ) from None

    def close(self) -> None:
        self._wire.close()

    def shut(self) -> None:
        """Whoever waits for an answer waits no longer; may be called from another thread, at any time."""
        self._wire.shut()

    def get(
        self,
        path: str,
        decoder: msgspec.json.Decoder[T],
        what: str,
        query: Mapping[str, str] = _NONE,
        accept: str = _JSON,
    ) -> T:
        """The decoded answer; ``what`` is what is asked for, as people say it."""
        target = f"{path}?{urlencode(query)}" if query else path
        return _decoded(self._sent("GET", target, what, {"Accept": accept}, None).body, decoder, what)

    def get_changed(
        self, path: str, decoder: msgspec.json.Decoder[T], what: str, accept: str, tag: str
    ) -> tuple[T, str] | None:
        """The decoded answer with its tag, nothing when it still has that one (ETag, RFC 9110 §8.8.3)."""
        headers = {"Accept": accept} | ({"If-None-Match": tag} if tag else {})
        reply = self._sent("GET", path, what, headers, None)
        return (_decoded(reply.body, decoder, what), reply.tag) if reply.status != _NOT_MODIFIED else None

    def create(self, path: str, value: object, decoder: msgspec.json.Decoder[T], what: str) -> T:
        """The decoded answer to a question that is asked by creating something, such as a review of rights."""
        headers = {"Accept": _JSON, "Content-Type": _JSON}
        return _decoded(self._sent("POST", path, what, headers, msgspec.json.encode(value)).body, decoder, what)

    def _sent(self, method: str, target: str, what: str, headers: Mapping[str, str], body: bytes | None) -> _Reply:
        stop = min(self._deadline, time.monotonic() + ANSWER_SECONDS)
        token_read_again = False
        attempt = 0
        while True:
            check_time(self._deadline)
            attempt += 1
            retry_after = None
            try:
                reply = self._once(method, target, headers, body, stop)
            except TROUBLE as error:
                self._wire.close()
                failure = unreached(error, what)
            else:
                if 200 <= reply.status < 300 or (reply.status == _NOT_MODIFIED and "If-None-Match" in headers):
                    return reply
                if reply.status == 401 and self._access.is_mounted and not token_read_again:
                    # Kubernetes has put a new token into its file, and the next attempt reads it.
                    token_read_again = True
                    continue
                failure, retry_after = failure_of(reply.status, what), reply.retry_after
                if reply.status not in RETRIED:
                    raise failure
            pause = _pause(attempt, retry_after)
            if not failure.transient or attempt >= ATTEMPTS or time.monotonic() + pause > stop:
                raise failure
            self._wait(pause)

    def _once(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, stop: float) -> _Reply:
        response = self._wire.ask(method, target, {"Accept-Encoding": "gzip", **headers}, body, READ_SECONDS, stop)
        try:
            retry_after, tag = seconds_of(response.headers.get("Retry-After")), response.headers.get("ETag", "")
            return _Reply(response.status, _body(response, stop), retry_after, tag[:TAG_AT_MOST])
        except BaseException:
            # What was not read to its end would be taken for the beginning of the next answer.
            self._wire.close()
            raise
        finally:
            response.close()


def _body(response: urllib3.BaseHTTPResponse, stop: float) -> bytes:
    pieces, size = [], 0
    while piece := response.read(_PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > BODY_BYTES_AT_MOST:
            raise TooLarge(
                f"The API server sent more than {BODY_BYTES_AT_MOST:,} bytes at once.", "Check that it is one."
            )
        if time.monotonic() > stop:
            raise Unreachable("The API server sends too slowly.", "Check the network between, or its load.")
    return b"".join(pieces)


def _pause(attempt: int, retry_after: float | None) -> float:
    """What the server asked for or twice as long each time, and a random part so that many do not come back at once."""
    pause = retry_after if retry_after is not None else 0.25 * 2**attempt
    return min(pause, PAUSE_SECONDS_AT_MOST) * random.uniform(1.0, 1.25)  # noqa: S311 - spreads load, hides nothing


def _decoded(body: bytes, decoder: msgspec.json.Decoder[T], what: str) -> T:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unintelligible(what) from None
