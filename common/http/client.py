"""The one way out for requests to addresses that others may have chosen.

A name is resolved once, judged, and the connection goes to that very address, with the name kept for TLS and Host, so
a name that means something else a moment later leads nowhere. Redirects are judged each anew and carry no headers of
the asker to another origin. There are no cookies, no proxies of the environment and no credentials of netrc, because
none of that is built. ``http.client`` and not a pool of urllib3: each question is one connection to an address that is
chosen here, and everything it reads is measured (``common.http.line``).
"""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from common.http.bodies import body_of
from common.http.line import Line, Net, remaining, secured, usual_tls
from common.http.places import Place, place_of, redirected
from common.http.values import Answer, Body, Code, Failed, Failure, Limits, Question

AT_ONCE_PER_HOST = 2
HOSTS_AT_MOST = 1_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NET = Net()
#: Chunks have lines of their own around what they carry; and a body is as large as its head at least.
_OVERHEAD = 2
_HEAD = 65_536
_CODES: tuple[tuple[type[Exception], Code], ...] = (
    (TimeoutError, "timeout"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (ConnectionRefusedError, "refused"),
)


class Hosts:
    """How many questions a host is asked at once by this process."""

    def __init__(self, at_once: int = AT_ONCE_PER_HOST) -> None:
        self._at_once = at_once
        self._lock = Lock()
        self._known: dict[tuple[str, int], BoundedSemaphore] = {}

    @contextmanager
    def turn(self, place: Place, deadline: float) -> Iterator[None]:
        """Waits for a turn at the host until the deadline; raises ``Failed``."""
        key = (place.host, place.port)
        with self._lock:
            if len(self._known) > HOSTS_AT_MOST:
                # Who waits at one of them keeps it; the others begin anew.
                self._known.clear()
            turns = self._known.setdefault(key, BoundedSemaphore(self._at_once))
        if not turns.acquire(timeout=remaining(deadline)):
            raise Failed("busy")
        try:
            yield
        finally:
            turns.release()


_HOSTS = Hosts()


def get(question: Question, net: Net = _NET, hosts: Hosts = _HOSTS) -> Answer | Failure:
    """The answer, of whatever status, or why there is none. Raises nothing, and takes no longer than its limit but for
    the time that the machine's resolver takes for a name."""
    deadline = time.monotonic() + question.limits.seconds
    place = place_of(question.url)
    if place is None:
        return Failure("not-an-address")
    try:
        return _followed(question, place, deadline, net, hosts)
    except Failed as failed:
        return failed.failure


def post(question: Question, body: Body, net: Net = _NET, hosts: Hosts = _HOSTS) -> Answer | Failure:
    """The same for a POST of this body, once, to this one place: where it redirects to is told, and not followed."""
    deadline = time.monotonic() + question.limits.seconds
    place = place_of(question.url)
    if place is None:
        return Failure("not-an-address")
    if len(body.content) > question.limits.sent_bytes:
        return Failure("sent-too-large")
    try:
        with hosts.turn(place, deadline):
            return _asked(question, place, True, deadline, net, body)
    except Failed as failed:
        return failed.failure


def _followed(question: Question, place: Place, deadline: float, net: Net, hosts: Hosts) -> Answer:
    is_own = True
    for _ in range(question.limits.redirects + 1):
        with hosts.turn(place, deadline):
            answer = _asked(question, place, is_own, deadline, net)
        if answer.status not in _REDIRECTS:
            return answer
        there = redirected(place, answer.headers.get("location", ""))
        if there is None or not answer.headers.get("location"):
            raise Failed("redirects")
        if place.scheme == "https" and there.scheme == "http":
            raise Failed("downgrade")
        # Once it has led away, nothing of the asker's is shown again, not even back home.
        is_own = is_own and there.origin == place.origin
        place = there
    raise Failed("redirects")


def _asked(
    question: Question, place: Place, is_own: bool, deadline: float, net: Net, body: Body | None = None
) -> Answer:
    """One request and its answer."""
    headers = {
        "Host": place.authority,
        "User-Agent": "portico",
        "Accept": question.accept,
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **question.conditions,
        **(question.headers if is_own else {}),
    }
    try:
        line = _line(place, question, is_own, deadline, net)
        try:
            line.allow(question.limits.header_bytes, "headers-too-large")
            return _answer(_exchanged(line, place, headers, body), line, place, question.limits)
        finally:
            line.hang_up()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failed(_code_of(error)) from None


def _exchanged(line: Line, place: Place, headers: Mapping[str, str], body: Body | None) -> http.client.HTTPResponse:
    """The answer as far as its headers."""
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.auto_open = 0
    connection.sock = line  # type: ignore[assignment]
    method = "GET" if body is None else "POST"
    connection.putrequest(method, place.target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Type", body.media_type)
        connection.putheader("Content-Length", str(len(body.content)))
    connection.endheaders(body.content if body is not None else None)
    return connection.getresponse()


def _code_of(error: Exception) -> Code:
    if type(error) in (http.client.HTTPException, http.client.LineTooLong):
        # The library's own bounds: a line of 64 KiB, a hundred headers.
        return "headers-too-large"
    return next((code for kind, code in _CODES if isinstance(error, kind)), "broken")


def _answer(response: http.client.HTTPResponse, line: Line, place: Place, limits: Limits) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    if response.status in _REDIRECTS:
        return Answer(response.status, headers, b"", place.url)
    line.allow(limits.body_bytes * _OVERHEAD + _HEAD, "too-large")
    return Answer(response.status, headers, body_of(response, limits.body_bytes), place.url)


def _line(place: Place, question: Question, is_own: bool, deadline: float, net: Net) -> Line:
    """A line to the first address that answers; every address of the host has to be in reach."""
    try:
        addresses = net.look_up(place.host, place.port)
    except (OSError, UnicodeError):
        raise Failed("unknown-host") from None
    if not addresses:
        raise Failed("unknown-host")
    reach = question.reach if is_own else question.reach_elsewhere
    if not all(map(reach.has, addresses)):
        raise Failed("not-allowed")
    connection = _connected(addresses, place.port, question.limits.connect_seconds, deadline, net)
    try:
        if place.scheme == "https":
            tls = question.tls if is_own else None
            tls = tls or usual_tls(place.host, question.ca if is_own else "")
            connection = secured(connection, tls, deadline)
    except BaseException:
        connection.close()
        raise
    return Line(connection, deadline)


def _connected(addresses: tuple[str, ...], port: int, seconds: float, deadline: float, net: Net) -> socket.socket:
    failed: OSError | None = None
    for address in addresses:
        try:
            return net.connect((address, port), min(seconds, remaining(deadline)))
        except OSError as error:
            failed = error
    raise Failed("refused" if isinstance(failed, ConnectionRefusedError) else "unreachable")
