"""One reader for each kind of object that counts: from its values to the fields that are kept."""

from collections.abc import Callable
from typing import Any, NamedTuple

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.base import Port
from discovery.connectors.objects.fields import (
    HOSTS_AT_MOST,
    PORTS_AT_MOST,
    backend_of,
    host_of,
    image_tag,
    is_on_nodes,
    is_tag,
    path_of,
    port_of,
    selects,
    tls_hosts,
)
from discovery.connectors.objects.model import (
    IngressObject,
    Named,
    NamespaceObject,
    Place,
    ServedPort,
    ServiceObject,
    WorkloadObject,
    items,
    named,
    pairs,
)
from discovery.connectors.objects.pods import targets_of, traits_of
from discovery.connectors.objects.served import served_port

ROUTES_AT_MOST = 1000
REPLICAS_AT_MOST = 1_000_000
VERSION = "app.kubernetes.io/version"

#: How the large clouds are told to give a load balancer an address of the private network only.
INTERNAL = {
    "networking.gke.io/load-balancer-type": "internal",
    "cloud.google.com/load-balancer-type": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
}
#: The same for an Ingress.
INTERNAL_INGRESS = {
    "alb.ingress.kubernetes.io/scheme": "internal",
    "kubernetes.io/ingress.class": "gce-internal",
}


def read_namespace(value: dict[str, Any], fields: tuple[Any, ...]) -> NamespaceObject:
    return NamespaceObject(*fields, all_labels=pairs(mapping(value["metadata"]).get("labels")))


class ServicePorts(NamedTuple):
    """The ports of a Service: as they are shown, what they speak, and which of them stand for others."""

    ports: tuple[Port, ...]
    served: tuple[ServedPort, ...]
    targets: tuple[tuple[int, int | str], ...]


def read_service(value: dict[str, Any], fields: tuple[Any, ...]) -> ServiceObject:
    return service_of(value, fields, read_ports(mapping(value.get("spec")).get("ports")))


def read_ports(value: Any) -> ServicePorts:
    found = items(value, PORTS_AT_MOST)
    return ServicePorts(
        ports=tuple(port for item in found if (port := port_of(item)) is not None),
        served=tuple(served for item in found if (served := served_port(item)) is not None),
        targets=targets_of(found),
    )


def service_of(value: dict[str, Any], fields: tuple[Any, ...], ports: ServicePorts) -> ServiceObject:
    """The Service of which ``ports`` have been read."""
    spec = mapping(value.get("spec"))
    addresses = [spec.get("loadBalancerIP"), *sequence(spec.get("externalIPs"))[:HOSTS_AT_MOST]]
    return ServiceObject(
        *fields,
        type=text(spec.get("type")) or "ClusterIP",
        selector=pairs(spec.get("selector")),
        ports=ports.ports,
        external_name=host_of(spec.get("externalName")),
        hosts=tuple(host for item in addresses if (host := host_of(item))),
        is_internal=_says_one_of(value, INTERNAL),
        served=ports.served,
        targets=ports.targets,
    )


def _says_one_of(value: dict[str, Any], words: dict[str, str]) -> bool:
    annotations = mapping(mapping(value.get("metadata")).get("annotations"))
    if not annotations:
        return False
    return any(text(annotations[key]).lower() == words[key] for key in words.keys() & annotations)


def read_workload(value: dict[str, Any], fields: tuple[Any, ...]) -> WorkloadObject:
    spec = mapping(value.get("spec"))
    template = mapping(spec.get("template"))
    if fields[0] == "CronJob":
        template = mapping(mapping(mapping(spec.get("jobTemplate")).get("spec")).get("template"))
    return _workload(value, fields, mapping(template.get("metadata")), mapping(template.get("spec")), spec)


def read_pod(value: dict[str, Any], fields: tuple[Any, ...]) -> WorkloadObject:
    return _workload(value, fields, mapping(value.get("metadata")), mapping(value.get("spec")), {})


def _workload(
    value: dict[str, Any], fields: tuple[Any, ...], pod: dict[str, Any], pod_spec: dict[str, Any], spec: dict[str, Any]
) -> WorkloadObject:
    pod_labels = pairs(pod.get("labels"))
    replicas = spec.get("replicas")
    by_key = dict(pod_labels)
    version = dict(fields[4]).get(VERSION) or by_key.get(VERSION, "")
    return WorkloadObject(
        *fields,
        pod_labels=pod_labels,
        version=version if is_tag(version) else image_tag(pod_spec),
        replicas=replicas if type(replicas) is int and 0 <= replicas <= REPLICAS_AT_MOST else None,
        selects_itself=selects(mapping(spec.get("selector")), by_key),
        is_on_nodes=is_on_nodes(pod_spec),
        traits=traits_of(pod, pod_spec),
    )


def read_ingress(value: dict[str, Any], fields: tuple[Any, ...]) -> IngressObject:
    spec = mapping(value.get("spec"))
    default = backend_of(spec.get("defaultBackend", spec.get("backend")))
    routes = {("*", "/", default)} if default else set()
    for rule in items(spec.get("rules"), ROUTES_AT_MOST):
        host = host_of(rule.get("host")) or "*"
        paths = items(mapping(rule.get("http")).get("paths"), max(ROUTES_AT_MOST - len(routes), 0))
        for item in paths:
            service = backend_of(item.get("backend"))
            if service:
                routes.add((host, path_of(item.get("path")), service))
        if not paths and default:
            routes.add((host, "/", default))
    tls = {name for item in items(spec.get("tls"), HOSTS_AT_MOST) for name in tls_hosts(item)}
    is_internal = _says_one_of(value, INTERNAL_INGRESS)
    return IngressObject(*fields, routes=tuple(sorted(routes)), tls=tuple(sorted(tls)), is_internal=is_internal)


Reader = Callable[[dict[str, Any], tuple[Any, ...]], Named]

_CORE, _APPS, _BATCH = ("",), ("apps", "extensions"), ("batch",)
_READERS: dict[str, tuple[tuple[str, ...], Reader]] = {
    "Service": (_CORE, read_service),
    "Namespace": (_CORE, read_namespace),
    "Pod": (_CORE, read_pod),
    "Deployment": (_APPS, read_workload),
    "StatefulSet": (_APPS, read_workload),
    "DaemonSet": (_APPS, read_workload),
    "ReplicaSet": (_APPS, read_workload),
    "Job": (_BATCH, read_workload),
    "CronJob": (_BATCH, read_workload),
    "Ingress": (("networking.k8s.io", "extensions"), read_ingress),
}
_MADE_BY_OTHERS = frozenset({"Pod", "ReplicaSet", "Job"})


def read_object(
    value: dict[str, Any], kind: str, api_version: str | None, default_namespace: str, place: Place
) -> Named | None:
    """The object, or nothing when its kind does not count; raises ObjectUnfit.

    Without ``api_version`` (items of a typed list have none) the kind alone decides.
    """
    known = _READERS.get(kind)
    if known is None:
        return None
    groups, reader = known
    if api_version is not None and (api_version.rpartition("/")[0]) not in groups:
        return None
    fields = named(value, kind, default_namespace, place)
    if kind in _MADE_BY_OTHERS and sequence(mapping(value["metadata"]).get("ownerReferences")):
        return None
    return reader(value, fields)
