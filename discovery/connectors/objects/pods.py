"""What of a pod template, and of the ports that lead to it, decides over its place in a mesh."""

from sys import intern
from typing import Any

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.objects.fields import PORTS_AT_MOST
from discovery.connectors.objects.model import ORDINARY, PodTraits, items

PROXY = "istio-proxy"
CONTAINERS_AT_MOST = 50

_INJECT, _STATUS = "sidecar.istio.io/inject", "sidecar.istio.io/status"


def traits_of(pod: dict[str, Any], pod_spec: dict[str, Any]) -> PodTraits:
    """A native sidecar stands among the init containers."""
    annotations = mapping(pod.get("annotations"))
    containers = items(pod_spec.get("containers"), CONTAINERS_AT_MOST)
    beside = items(pod_spec.get("initContainers"), CONTAINERS_AT_MOST)
    found = PodTraits(
        inject=intern(text(annotations.get(_INJECT))[:10]),
        is_proxied=bool(annotations.get(_STATUS)) or any(one.get("name") == PROXY for one in (*containers, *beside)),
        is_on_host_network=pod_spec.get("hostNetwork") is True,
        service_account=intern(text(pod_spec.get("serviceAccountName"))[:253] or "default"),
        ports=tuple(_named_ports(containers)),
    )
    return ORDINARY if found == ORDINARY else found


def targets_of(ports: list[dict[str, Any]]) -> tuple[tuple[int, int | str], ...]:
    """The ports of a Service that lead to another number, or to a name, with what they lead to."""
    found = []
    for port in ports:
        number, target = port.get("port"), port.get("targetPort")
        if type(number) is int and type(target) in (int, str) and target and target != number:
            found.append((number, target[:63] if isinstance(target, str) else target))
    return tuple(found)


def _named_ports(containers: list[dict[str, Any]]) -> list[tuple[str, int]]:
    found = []
    for container in containers:
        for port in sequence(container.get("ports"))[:PORTS_AT_MOST]:
            name, number = text(mapping(port).get("name")), mapping(port).get("containerPort")
            if name and type(number) is int:
                found.append((intern(name[:63]), number))
    return found[:PORTS_AT_MOST]
