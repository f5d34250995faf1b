"""Objects of Kubernetes cut down to the few fields that are needed, at once and for good.

Every other field (values of environment variables, arguments, data, what was last applied, status) ends here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.base import Port, ProtocolSpoken
from discovery.connectors.objects.kept import kept_annotations, kept_labels

Pairs = tuple[tuple[str, str], ...]
#: Where an object stands: a file with document and line, or a path of an API server without them.
Place = tuple[str, int | None, int | None]

_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")
_LABEL_VALUE = re.compile(r"[A-Za-z0-9._-]{0,63}")
_LABELS_AT_MOST = 64
#: What a namespace says of a mesh.
MESH_LABELS = frozenset({"istio-injection", "istio.io/rev", "istio.io/dataplane-mode"})


class ObjectUnfit(Exception):
    """An object of a kind that counts does not have the shape it must have. Says nothing of its content."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Named:
    """What every object has. Equal objects say the same, wherever they stand."""

    kind: str
    namespace: str
    name: str
    uid: str
    labels: Pairs
    annotations: Pairs
    place: Place = field(compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.namespace, self.name


@dataclass(slots=True)
class NamespaceObject(Named):
    """A namespace; its own ``namespace`` is empty. ``all_labels`` are compared with selectors and never stored."""

    all_labels: Pairs = ()

    @property
    def mesh_labels(self) -> Pairs:
        """What it says of whether its pods are in a mesh."""
        return tuple(pair for pair in self.all_labels if pair[0] in MESH_LABELS)


@dataclass(frozen=True, slots=True)
class ServedPort:
    """What a port of a Service speaks. ``node`` is the port that it has on every node, 0 without one."""

    number: int
    protocol: ProtocolSpoken
    tls: bool = False
    node: int = 0


@dataclass(slots=True)
class ServiceObject(Named):
    """A Service. ``hosts`` are addresses that the manifest itself gives it outside of the cluster.

    ``targets`` are the ports that stand for another port of the pods, with its number or name.
    """

    type: str
    selector: Pairs
    ports: tuple[Port, ...]
    external_name: str
    hosts: tuple[str, ...]
    is_internal: bool
    served: tuple[ServedPort, ...] = ()
    targets: tuple[tuple[int, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class PodTraits:
    """What of a pod template decides over its place in a mesh and its identity there.

    ``inject`` is the annotation that was used before the label of the same name; ``is_proxied`` whether the template
    itself holds the proxy; ``ports`` the ports that have a name.
    """

    inject: str = ""
    is_proxied: bool = False
    is_on_host_network: bool = False
    service_account: str = "default"
    ports: tuple[tuple[str, int], ...] = ()

    @property
    def decides_membership(self) -> bool:
        return bool(self.inject) or self.is_proxied or self.is_on_host_network


#: What most templates say, shared by all of them.
ORDINARY = PodTraits()


@dataclass(slots=True)
class WorkloadObject(Named):
    """Something that makes pods. ``selects_itself`` is false when its selector does not match its own pods.

    ``ready`` is how many of its pods can serve; a file cannot know. ``is_on_nodes``: its pods listen at the addresses
    of their nodes, past every Service.
    """

    pod_labels: Pairs
    version: str
    replicas: int | None
    selects_itself: bool
    ready: int | None = None
    is_on_nodes: bool = False
    traits: PodTraits = ORDINARY


@dataclass(slots=True)
class IngressObject(Named):
    """An Ingress. ``routes`` are host, path and the name of the Service; ``tls`` the hosts it has certificates for.

    ``is_internal``: its cloud is told to open it to the private network only.
    """

    routes: tuple[tuple[str, str, str], ...]
    tls: tuple[str, ...]
    is_internal: bool = False


def named(value: dict[str, Any], kind: str, default_namespace: str, place: Place) -> tuple[Any, ...]:
    """The fields of ``Named`` in their order; raises ObjectUnfit."""
    metadata = value.get("metadata")
    if type(metadata) is not dict:
        raise ObjectUnfit("invalid-object", f"A {kind} has no metadata.")
    name = checked_name(metadata.get("name"), f"The name of a {kind}")
    namespace = metadata.get("namespace")
    if kind == "Namespace":
        namespace = ""
    elif namespace is None or namespace == "":
        namespace = default_namespace
    else:
        namespace = checked_name(namespace, f"The namespace of a {kind}")
    labels = kept_labels(mapping(metadata.get("labels")))
    if _has_placeholder(labels):
        raise ObjectUnfit("not-rendered", f"A label of a {kind} is a placeholder that has not been rendered.")
    uid = text(metadata.get("uid"))
    return (
        kind,
        intern(namespace),
        name,
        uid if _LABEL_VALUE.fullmatch(uid) else "",
        labels,
        kept_annotations(mapping(metadata.get("annotations"))),
        place,
    )


def checked_name(value: Any, what: str) -> str:
    """A name as Kubernetes allows it; raises ObjectUnfit."""
    if type(value) is str and _NAME.fullmatch(value):
        return value
    if type(value) is str and "{{" in value:
        raise ObjectUnfit("not-rendered", f"{what} is a placeholder that has not been rendered.")
    raise ObjectUnfit("invalid-object", f"{what} is missing or not one that Kubernetes allows.")


def pairs(value: Any) -> Pairs:
    """Labels as they are compared: every one of them, though none is kept longer than the run."""
    found = [(intern(key), intern(item)) for key, item in mapping(value).items() if type(item) is str]
    if _has_placeholder(found):
        raise ObjectUnfit("not-rendered", "A label is a placeholder that has not been rendered.")
    return tuple(sorted(found)[:_LABELS_AT_MOST])


def _has_placeholder(found: Iterable[tuple[str, str]]) -> bool:
    return "{{" in "\n".join([item for _key, item in found])


def items(value: Any, at_most: int) -> list[dict[str, Any]]:
    """The objects of a list, as many as may be."""
    return [item for item in sequence(value)[:at_most] if type(item) is dict]
