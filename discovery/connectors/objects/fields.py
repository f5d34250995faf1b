"""Single fields of objects, each held to the shape it must have; what has another shape counts as absent."""

import re
from typing import Any

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.base import Port
from discovery.connectors.objects.model import ObjectUnfit, items

PORTS_AT_MOST = 100
HOSTS_AT_MOST = 100

_HOST = re.compile(r"(?:[*][.])?[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?[.]?|[0-9a-fA-F:]{2,45}")
_PATH = re.compile(r"/[^\x00-\x1f\x7f]{0,499}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha(?:256|384|512):[0-9a-fA-F]+")
_PORT_NAME = re.compile(r"[a-z0-9-]{1,63}")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_SIDECARS = frozenset({"istio-proxy", "linkerd-proxy", "envoy"})
_EXPRESSIONS_AT_MOST = 50


def port_of(item: dict[str, Any]) -> Port | None:
    number, name, protocol = item.get("port"), text(item.get("name")), text(item.get("protocol"))
    if type(number) is not int or not 0 < number < 65536:
        return None
    return Port(number, name if _PORT_NAME.fullmatch(name) else "", protocol if protocol in _PROTOCOLS else "TCP")


def host_of(value: Any) -> str:
    host = text(value)
    if "{{" in host:
        raise ObjectUnfit("not-rendered", "A host is a placeholder that has not been rendered.")
    return host.lower() if _HOST.fullmatch(host) else ""


def path_of(value: Any) -> str:
    path = text(value)
    return path if _PATH.fullmatch(path) else "/"


def backend_of(value: Any) -> str:
    """The name of the Service, in the shape of today's Ingress or of the first one."""
    backend = mapping(value)
    return text(mapping(backend.get("service")).get("name")) or text(backend.get("serviceName"))


def tls_hosts(item: dict[str, Any]) -> list[str]:
    """A certificate without hosts is for all of them."""
    hosts = sequence(item.get("hosts"))[:HOSTS_AT_MOST]
    return [host for entry in hosts if (host := host_of(entry))] if hosts else ["*"]


def image_tag(pod_spec: dict[str, Any]) -> str:
    """The tag of the main container's image; a digest and «latest» say no version."""
    containers = items(pod_spec.get("containers"), PORTS_AT_MOST)
    main = next((item for item in containers if text(item.get("name")) not in _SIDECARS), {})
    image, _, digest = text(main.get("image")).rpartition("/")[2].partition("@")
    tag = image.partition(":")[2]
    if digest and not _DIGEST.fullmatch(digest):
        # A host follows, so what stands before it is somebody's password.
        return ""
    return tag if _TAG.fullmatch(tag) and tag != "latest" else ""


def is_on_nodes(pod_spec: dict[str, Any]) -> bool:
    """Whether its pods listen at the addresses of their nodes: on the host's network, or by a host port."""
    containers = items(pod_spec.get("containers"), PORTS_AT_MOST)
    ports = (port for item in containers for port in items(item.get("ports"), PORTS_AT_MOST))
    return pod_spec.get("hostNetwork") is True or any(type(port.get("hostPort")) is int for port in ports)


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector matches; one that says nothing (older API versions) stands for the pods' own labels."""
    wanted = mapping(selector.get("matchLabels"))
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(item, labels) for item in items(selector.get("matchExpressions"), _EXPRESSIONS_AT_MOST))


def _holds(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    key, operator, values = expression.get("key"), expression.get("operator"), sequence(expression.get("values"))
    if type(key) is not str:
        return False
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return key not in labels or labels[key] not in values
    if operator == "Exists":
        return key in labels
    return operator == "DoesNotExist" and key not in labels


def is_tag(value: str) -> bool:
    return _TAG.fullmatch(value) is not None
