"""Where the Services of a cluster answer: in the cluster, at the source's base address, through the API server.

Headers go to the base address alone, whose host the source itself names: a Service that anybody in the cluster makes
has an address in the cluster too, and is shown nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from common.http.client import get
from common.http.places import place_of
from common.http.values import TLS, Answer, Failure, Question
from common.outbound import NotANetwork, Reach, networks_of
from discovery.connectors.base import Misconfigured, Observation, Surroundings
from discovery.connectors.fetches import Obstacle, Spot, Ways
from discovery.connectors.kubernetes.access import tls_context
from discovery.connectors.kubernetes.config import Config, read_config
from discovery.connectors.kubernetes.http_ports import HTTPPort, http_ports
from discovery.connectors.kubernetes.service_proxy import ProxySpot
from discovery.connectors.objects.names import text_of
from discovery.connectors.paths import checked_path

ACCEPT = "application/json, application/yaml;q=0.9, */*;q=0.5"
HEADERS_AT_MOST = 20
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HEADER = re.compile(r"([A-Za-z0-9-]{1,100}):[ \t]*([\x20-\x7e]{1,4000})")
#: What the client says itself, and cookies, which are never sent.
_NOT_OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "cookie", "user-agent"}
)
_OF_THE_DOCUMENT = frozenset({"redirects", "downgrade", "too-large", "encoding", "headers-too-large", "not-an-address"})


@dataclass(frozen=True, slots=True)
class HTTPSpot:
    """An address that is asked directly; ``base`` has the source's prefix."""

    base: str
    reach: Reach
    reach_elsewhere: Reach
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return self.base

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    def get(self, path: str, conditions: Mapping[str, str]) -> Answer | Obstacle:
        question = Question(
            self.base + path,
            accept=ACCEPT,
            headers=self.headers,
            conditions=conditions,
            ca=self.ca,
            reach=self.reach,
            reach_elsewhere=self.reach_elsewhere,
        )
        result = get(question)
        if isinstance(result, Failure):
            return Obstacle(result.code, result.sentence, is_lasting=result.code not in _OF_THE_DOCUMENT)
        return result


@dataclass(frozen=True, slots=True)
class _Told:
    """What the source says about fetching, checked."""

    base: str
    prefix: str
    headers: Mapping[str, str] = field(repr=False)
    ca: str = field(repr=False)
    is_in_cluster: bool
    is_through_server: bool


def ways(surroundings: Surroundings, reach: Reach) -> Ways:
    """How the source's specifications are looked for; raises ``Misconfigured``."""
    given = surroundings.configuration
    config = read_config(surroundings)
    told = _Told(
        _template(text_of(given.get("fetch_base_url"))),
        _prefix(text_of(given.get("fetch_prefix"))),
        _headers(_lines(given.get("fetch_headers"))),
        "\n".join(_lines(given.get("fetch_ca"))),
        given.get("fetch_in_cluster") is True,
        given.get("fetch_through_api_server") is True,
    )
    try:
        own = reach.plus(networks_of(_lines(given.get("fetch_networks"))))
    except NotANetwork:
        raise Misconfigured(
            "A line of the private networks of the services is none.", "Write networks such as 10.96.0.0/12."
        ) from None
    tls = TLS(tls_context(config.access), config.access.server_name) if told.is_through_server else None

    def spots_of(seen: Observation) -> Sequence[Spot]:
        return tuple(_spots(seen, told, config, tls, (own, reach)))

    return Ways(given.get("fetch_addresses", True) is not False, spots_of)


def _spots(
    seen: Observation, told: _Told, config: Config, tls: TLS | None, reaches: tuple[Reach, Reach]
) -> Iterable[Spot]:
    if seen.kind != "Service" or not (_LABEL.fullmatch(seen.name) and _LABEL.fullmatch(seen.namespace)):
        return
    ports = http_ports(seen.ports)
    if told.is_in_cluster:
        for port in ports:
            base = f"{port.scheme}://{seen.name}.{seen.namespace}.svc:{port.number}{told.prefix}"
            yield HTTPSpot(base, *reaches, ca=told.ca)
    if told.base:
        for base in dict.fromkeys(_filled(told.base, seen, port) for port in ports or (HTTPPort("http", 80),)):
            yield HTTPSpot(base.rstrip("/") + told.prefix, *reaches, headers=told.headers, ca=told.ca)
    if tls is not None:
        for port in ports:
            yield ProxySpot(config.access, tls, seen.namespace, seen.name, port)


def _filled(template: str, seen: Observation, port: HTTPPort) -> str:
    values = {"{namespace}": seen.namespace, "{name}": seen.name, "{port}": str(port.number)}
    for place, value in values.items():
        template = template.replace(place, value)
    return template


def _template(text: str) -> str:
    """The base address; what stands for a service may not be the end of its host, which then would be anybody's."""
    if not text:
        return ""
    host = text.partition("://")[2].partition("/")[0].partition(":")[0].rstrip(".")
    example = text.replace("{namespace}", "a").replace("{name}", "a").replace("{port}", "80")
    if place_of(example) is None or "?" in text or "#" in text or host.endswith("}"):
        raise Misconfigured(
            "The base address of the services cannot be used.",
            "Write http or https, a host that ends in a fixed name, and a path; of {namespace}, {name} and {port} "
            "each can stand in it.",
        )
    return text


def _prefix(text: str) -> str:
    if not text.strip("/"):
        return ""
    path = checked_path(text)
    if path is None or "?" in path:
        raise Misconfigured("The prefix of paths cannot be used.", "Write a plain path such as /api.")
    return path.rstrip("/")


def _headers(lines: Sequence[str]) -> dict[str, str]:
    """The headers; what is wrong is said without the line, which may be a secret."""
    headers: dict[str, str] = {}
    for line in lines:
        matched = _HEADER.fullmatch(line.strip())
        if matched is None or matched[1].lower() in _NOT_OURS or len(headers) >= HEADERS_AT_MOST:
            raise Misconfigured(
                "A header for the base address cannot be sent.",
                "Write one a line, as Name: value. Host, cookies and what concerns the connection are not sent.",
            )
        headers[matched[1]] = matched[2].strip()
    return headers


def _lines(value: object) -> list[str]:
    texts = value if isinstance(value, list | tuple) else str(value or "").splitlines()
    return [str(text).strip() for text in texts if str(text).strip()]
