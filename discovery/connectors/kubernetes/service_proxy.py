"""A service asked through the API server: what comes back is the application's answer or one of the server's own.

The server's own are told apart by ``"kind":"Status"``, and what they say by the words of their messages, which are
recorded in the fake (``demo/cluster``) and are not passed on. The bearer token stays at the API server, which takes it
out; every other header would be passed on, so there is none. No redirect is followed: with our token a path of the
application's choosing would be asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from common.http.client import get
from common.http.values import TLS, Answer, Failure, Limits, Question
from common.outbound import Reach
from discovery.connectors.fetches import Obstacle
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.http_ports import HTTPPort

_LIMITS = Limits(redirects=0)
_MACHINERY = Reach(is_administered=True)


class _Status(msgspec.Struct):
    kind: str = ""
    message: str = ""


_decoder = msgspec.json.Decoder(_Status)

#: What the messages of a 503 hold, and what it means.
_UNAVAILABLE = (
    ("no service port", Obstacle("no-port", "The Service does not declare this port.")),
    ("no endpoints available", Obstacle("no-endpoints", "No pod behind the Service is ready.")),
    ("connection refused", Obstacle("pod-refused", "The pod does not listen at this port.")),
    (
        "connection reset",
        Obstacle("pod-reset", "The pod broke the connection off, as a sidecar does that asks for mTLS."),
    ),
    ("first record does not look like a TLS", Obstacle("pod-no-tls", "The port does not speak TLS.")),
    ("error trying to reach service", Obstacle("pod-unreachable", "The API server does not reach the pod.")),
)
_BY_STATUS = {
    401: Obstacle("credentials", "The API server does not accept the credentials."),
    403: Obstacle("forbidden", "The identity may not get services/proxy."),
    404: Obstacle("no-service", "The Service is not there, or has no endpoints."),
    429: Obstacle("busy", "The API server asks for fewer requests."),
}
_TROUBLE = Obstacle("trouble", "The API server has trouble with this.")


@dataclass(frozen=True, slots=True)
class ProxySpot:
    """One port of one Service, through the API server."""

    access: Access
    tls: TLS
    namespace: str
    service: str
    port: HTTPPort

    @property
    def name(self) -> str:
        return f"service proxy {self._target}"

    @property
    def origin(self) -> str:
        return ""

    @property
    def _target(self) -> str:
        return f"{self.port.scheme}:{self.service}:{self.port.number}"

    def get(self, path: str, conditions: Mapping[str, str]) -> Answer | Obstacle:
        place = f"/api/v1/namespaces/{quote(self.namespace, safe='')}/services/{quote(self._target, safe=':')}/proxy"
        token = self.access.read_token()
        question = Question(
            f"https://{self.access.authority}{self.access.prefix}{place}{path}",
            accept="application/json, application/yaml;q=0.9, */*;q=0.5",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            conditions=conditions,
            tls=self.tls,
            reach=_MACHINERY,
            limits=_LIMITS,
        )
        result = get(question)
        if isinstance(result, Failure):
            is_own = result.code in ("redirects", "downgrade", "too-large", "encoding", "headers-too-large")
            return Obstacle(result.code, result.sentence, is_lasting=not is_own)
        return told_apart(result)


def told_apart(answer: Answer) -> Answer | Obstacle:
    """The application's answer, or what the API server itself says in its place."""
    if answer.status < 400:
        return answer
    said = _status_of(answer)
    if said is None:
        is_plain = answer.status == 429 and answer.headers.get("content-type", "").startswith("text/plain")
        return _BY_STATUS[429] if is_plain else answer
    if answer.status == 503:
        return next((obstacle for words, obstacle in _UNAVAILABLE if words in said.message), _TROUBLE)
    return _BY_STATUS.get(answer.status, _TROUBLE)


def _status_of(answer: Answer) -> _Status | None:
    try:
        said = _decoder.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return said if said.kind == "Status" else None
