"""The path through the API server to an application: ``…/services/[SCHEME:]NAME[:PORT]/proxy/PATH``.

It goes to an Endpoints object, so a Service that has none is not found, as one that does not exist.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from demo.cluster import statuses
from demo.cluster.applications import Page, Received
from demo.cluster.asked import Asked
from demo.cluster.cluster import Cluster
from demo.cluster.statuses import Reply

_HOP_BY_HOP = ("connection", "keep-alive", "te", "transfer-encoding", "upgrade", "content-length")
_WITHHELD = (*_HOP_BY_HOP, "authorization", "host")
_LINK = re.compile(rb'((?:href|src|action)=")(/[^"/][^"]*|/)(")')


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    name: str
    port: str


def proxied(cluster: Cluster, request: Asked, host: str, caller: str) -> Reply:
    """What came back, or why nobody could be reached; ``host`` is the server's own, ``caller`` an address."""
    target = _target(request.name)
    service = cluster.store.get("", "services", request.namespace, target.name)
    endpoints = cluster.store.get("", "endpoints", request.namespace, target.name)
    if service is None or endpoints is None:
        return statuses.object_not_found("services", target.name)
    port = _port(service.body()["spec"].get("ports") or [], target.port)
    if port is None and target.port:
        return statuses.unavailable(f'no service port {target.port} found for service "{target.name}"')
    address = _ready_address(endpoints.body(), port)
    if address is None:
        return statuses.unavailable(f'no endpoints available for service "{request.name}"')
    return _reached(cluster, request, target, address, _headers(request, host, caller))


def _reached(cluster: Cluster, request: Asked, target: _Target, address: str, headers: Mapping[str, str]) -> Reply:
    application = cluster.applications.of(request.namespace, target.name)
    if application.state == "refusing":
        return _unreachable(f"dial tcp {address}: connect: connection refused")
    if application.state == "resetting":
        return _unreachable(f"read tcp 10.0.0.1:41234->{address}: read: connection reset by peer")
    if target.scheme == "https" and not application.speaks_tls:
        return _unreachable("tls: first record does not look like a TLS handshake")
    page = application.answer(Received(request.method, f"/{request.rest}", request.raw_query, headers))
    if page.delay_seconds:
        time.sleep(page.delay_seconds)
    return _passed_on(page, request.path.removesuffix(f"/{request.rest}") if request.rest else request.path.rstrip("/"))


def _passed_on(page: Page, prefix: str) -> Reply:
    """The page with the links of HTML and redirects turned to the path of the proxy; JSON stays as it is."""
    headers = dict(page.headers)
    location = headers.get("Location", "")
    if location:
        headers["Location"] = prefix + urlsplit(location).path
    body = page.body
    if page.content_type.startswith("text/html"):
        body = _LINK.sub(rb"\1" + prefix.encode() + rb"\2\3", body)
    return Reply(page.status, body, page.content_type, headers)


def _headers(request: Asked, host: str, caller: str) -> dict[str, str]:
    """All the caller sent but its bearer token: cookies too."""
    passed = {name: value for name, value in request.headers.items() if name.lower() not in _WITHHELD}
    return passed | {"Host": host, "X-Forwarded-For": caller, "X-Forwarded-Uri": request.path}


def _target(written: str) -> _Target:
    parts = written.split(":")
    if len(parts) == 1:
        return _Target("http", parts[0], "")
    if len(parts) == 2:
        return _Target("http", *parts)
    return _Target(parts[0] or "http", parts[1], parts[2])


def _port(ports: list[Mapping[str, Any]], wanted: str) -> Mapping[str, Any] | None:
    """The declared port of that number or name; only one without a name need not be given."""
    for port in ports:
        if wanted in (str(port["port"]), port.get("name", "")):
            return port
    return None


def _ready_address(endpoints: Mapping[str, Any], port: Mapping[str, Any] | None) -> str | None:
    for subset in endpoints.get("subsets") or ():
        for offered in subset["ports"]:
            if port is not None and offered["name"] == port.get("name", "") and subset.get("addresses"):
                return f"{subset['addresses'][0]['ip']}:{offered['port']}"
    return None


def _unreachable(reason: str) -> Reply:
    return statuses.unavailable(f"error trying to reach service: {reason}")
