"""Which ports of a Service are likely to speak HTTP, and how. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from discovery.connectors.base import Port

PORTS_AT_MOST = 2
_SECURE_NUMBERS = frozenset({443, 8443, 9443})
_USUAL_NUMBERS = frozenset({80, 8080, 8000, 8081, 3000, 5000, 9080})
#: Istio's protocol selection names ports «protocol-suffix»; these protocols serve no documents.
_OTHERS = frozenset(
    {"grpc", "tcp", "udp", "tls", "mongo", "mysql", "redis", "amqp", "kafka", "postgres", "postgresql", "metrics",
     "debug", "jmx", "dns", "ldap", "smtp", "ssh"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HTTPPort:
    scheme: str
    number: int


def http_ports(ports: Sequence[Port]) -> tuple[HTTPPort, ...]:
    """At most two, the likeliest first."""
    likely = [port for port in ports if port.protocol in ("", "TCP") and _protocol(port) not in _OTHERS]
    likely.sort(key=_rank)
    return tuple(HTTPPort(_scheme(port), port.number) for port in likely[:PORTS_AT_MOST])


def _protocol(port: Port) -> str:
    return port.name.lower().partition("-")[0]


def _scheme(port: Port) -> str:
    if _protocol(port) == "http":
        return "http"
    return "https" if _protocol(port) == "https" or port.number in _SECURE_NUMBERS else "http"


def _rank(port: Port) -> tuple[int, int]:
    if _protocol(port) in ("http", "https", "http2", "web", "api"):
        return 0, port.number
    return (1 if port.number in _USUAL_NUMBERS | _SECURE_NUMBERS else 2), port.number
