"""What a port of a Service speaks, and the addresses that a Service has by itself. Pure.

The protocol is that of ``appProtocol`` («Application protocol»,
kubernetes.io/docs/concepts/services-networking/service), else the beginning of the port's name, as Istio selects it
(«Protocol Selection», istio.io/docs/ops/configuration/traffic-management/protocol-selection). What says neither is
taken for HTTP on its usual ports only.
"""

from collections.abc import Iterator
from typing import Any

from catalog.formats.shapes import text
from discovery.connectors.base import Endpoint, ExposureLevel, ProtocolSpoken
from discovery.connectors.objects.model import ServedPort, ServiceObject

#: Of how many ports of one Service addresses are made.
PORTS_ADDRESSED_AT_MOST = 10
#: The domain that nearly every cluster has.
CLUSTER_DOMAIN = "svc.cluster.local"

_WORDS: dict[str, tuple[ProtocolSpoken, bool]] = {
    "http": ("http", False),
    "http2": ("http", False),
    "h2c": ("http", False),
    "ws": ("http", False),
    "grpc": ("grpc", False),
    "grpcs": ("grpc", True),
    "https": ("http", True),
    "wss": ("http", True),
    "tcp": ("tcp", False),
    "tls": ("tcp", False),
    "mongo": ("tcp", False),
    "mysql": ("tcp", False),
    "redis": ("tcp", False),
}
_BY_NUMBER: dict[int, tuple[ProtocolSpoken, bool]] = {
    80: ("http", False),
    8080: ("http", False),
    443: ("http", True),
    8443: ("http", True),
}
_NOT_WEB: tuple[ProtocolSpoken, bool] = ("tcp", False)


def served_port(item: dict[str, Any]) -> ServedPort | None:
    """What the port speaks; nothing for one that is not carried by TCP."""
    number, node = item.get("port"), item.get("nodePort")
    if type(number) is not int or not 0 < number < 65536 or text(item.get("protocol")) not in ("", "TCP"):
        return None
    protocol, tls = _spoken(text(item.get("appProtocol")), text(item.get("name")), number)
    return ServedPort(number, protocol, tls, node if type(node) is int and 0 < node < 65536 else 0)


def _spoken(application: str, name: str, number: int) -> tuple[ProtocolSpoken, bool]:
    if application:
        return _WORDS.get(application.lower().removeprefix("kubernetes.io/"), _NOT_WEB)
    if name == "grpc-web" or name.startswith("grpc-web-"):
        return _WORDS["http"]
    return _WORDS.get(name.partition("-")[0]) or _BY_NUMBER.get(number, _NOT_WEB)


def usual_port(number: int, tls: bool) -> int | None:
    """The port as an address says it: nothing for the usual one."""
    return None if number == (443 if tls else 80) else number


def host_inside(namespace: str, service: str) -> str:
    return f"{service}.{namespace}.{CLUSTER_DOMAIN}"


def inside_addresses(service: ServiceObject) -> Iterator[Endpoint]:
    """One address for each port that speaks HTTP or gRPC, for who is inside the cluster."""
    host, by = host_inside(service.namespace, service.name), f"Service {service.name}"
    for port in [one for one in service.served if one.protocol != "tcp"][:PORTS_ADDRESSED_AT_MOST]:
        number = usual_port(port.number, port.tls)
        yield Endpoint(host, "/", port.tls, by, "inside", number, port.protocol)


def opened_addresses(service: ServiceObject) -> Iterator[Endpoint]:
    """The addresses that its type, its load balancer and its external addresses give it.

    What a load balancer of the private network has cannot be reached from the internet. The port of a node is one of
    every node, whose addresses a Service does not say.
    """
    scope: ExposureLevel = "inside" if service.is_internal else "internet"
    by = f"Service {service.name}"
    ports = [one for one in service.served if one.protocol != "tcp"] or list(service.served)
    for host in service.hosts:
        for port in ports[:PORTS_ADDRESSED_AT_MOST]:
            number = port.number if port.protocol == "tcp" else usual_port(port.number, port.tls)
            yield Endpoint(host, "/", port.tls, by, scope, number, port.protocol)
        if not ports:
            yield Endpoint(host, by=by, scope=scope)
    if service.type == "NodePort":
        for port in ports[:PORTS_ADDRESSED_AT_MOST]:
            if port.node:
                yield Endpoint("*", "/", port.tls, by, scope, port.node, port.protocol)


def opened_scope(service: ServiceObject) -> ExposureLevel:
    """From where its type and its own addresses let it be reached."""
    is_open = service.type in ("LoadBalancer", "NodePort") or bool(service.hosts)
    return "internet" if is_open and not service.is_internal else "inside"
