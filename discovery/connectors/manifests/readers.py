"""One reader for each kind of object that counts: from its values to the fields that are kept."""

import re
from collections.abc import Callable
from typing import Any

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.base import Port
from discovery.connectors.manifests.objects import (
    IngressObject,
    Named,
    NamespaceObject,
    ObjectUnfit,
    Place,
    ServiceObject,
    WorkloadObject,
    items,
    named,
    pairs,
)

PORTS_AT_MOST = 100
ROUTES_AT_MOST = 1000
HOSTS_AT_MOST = 100
REPLICAS_AT_MOST = 1_000_000
VERSION = "app.kubernetes.io/version"

_HOST = re.compile(r"(?:[*][.])?[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?[.]?|[0-9a-fA-F:]{2,45}")
_PATH = re.compile(r"/[^\x00-\x1f\x7f]{0,499}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_PORT_NAME = re.compile(r"[a-z0-9-]{1,63}")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_SIDECARS = frozenset({"istio-proxy", "linkerd-proxy", "envoy"})
_EXPRESSIONS_AT_MOST = 50
#: How the large clouds are told to give a load balancer an address of the private network only.
_INTERNAL = {
    "networking.gke.io/load-balancer-type": "internal",
    "cloud.google.com/load-balancer-type": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
}


def read_namespace(value: dict[str, Any], fields: tuple[Any, ...]) -> NamespaceObject:
    return NamespaceObject(*fields)


def read_service(value: dict[str, Any], fields: tuple[Any, ...]) -> ServiceObject:
    spec = mapping(value.get("spec"))
    annotations = mapping(mapping(value.get("metadata")).get("annotations"))
    addresses = [spec.get("loadBalancerIP"), *sequence(spec.get("externalIPs"))[:HOSTS_AT_MOST]]
    return ServiceObject(
        *fields,
        type=text(spec.get("type")) or "ClusterIP",
        selector=pairs(spec.get("selector")),
        ports=tuple(port for item in items(spec.get("ports"), PORTS_AT_MOST) if (port := _port(item)) is not None),
        external_name=_host(spec.get("externalName")),
        hosts=tuple(host for item in addresses if (host := _host(item))),
        is_internal=any(text(annotations.get(key)).lower() == said for key, said in _INTERNAL.items()),
    )


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
    version = dict(fields[4]).get(VERSION) or dict(pod_labels).get(VERSION, "")
    return WorkloadObject(
        *fields,
        pod_labels=pod_labels,
        version=version if _TAG.fullmatch(version) else _image_tag(pod_spec),
        replicas=replicas if type(replicas) is int and 0 <= replicas <= REPLICAS_AT_MOST else None,
        selects_itself=_selects(mapping(spec.get("selector")), dict(pod_labels)),
    )


def read_ingress(value: dict[str, Any], fields: tuple[Any, ...]) -> IngressObject:
    spec = mapping(value.get("spec"))
    default = _backend(spec.get("defaultBackend", spec.get("backend")))
    routes = {("*", "/", default)} if default else set()
    for rule in items(spec.get("rules"), ROUTES_AT_MOST):
        host = _host(rule.get("host")) or "*"
        paths = items(mapping(rule.get("http")).get("paths"), ROUTES_AT_MOST - min(len(routes), ROUTES_AT_MOST))
        routes |= {
            (host, _path(item.get("path")), service) for item in paths if (service := _backend(item.get("backend")))
        }
        if not paths and default:
            routes.add((host, "/", default))
    tls = {name for item in items(spec.get("tls"), HOSTS_AT_MOST) for name in _tls_hosts(item)}
    return IngressObject(*fields, routes=tuple(sorted(routes)), tls=tuple(sorted(tls)))


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


def _port(item: dict[str, Any]) -> Port | None:
    number, name, protocol = item.get("port"), text(item.get("name")), text(item.get("protocol"))
    if type(number) is not int or not 0 < number < 65536:
        return None
    return Port(number, name if _PORT_NAME.fullmatch(name) else "", protocol if protocol in _PROTOCOLS else "TCP")


def _host(value: Any) -> str:
    host = text(value)
    if "{{" in host:
        raise ObjectUnfit("not-rendered", "A host is a placeholder that has not been rendered.")
    return host.lower() if _HOST.fullmatch(host) else ""


def _path(value: Any) -> str:
    path = text(value)
    return path if _PATH.fullmatch(path) else "/"


def _backend(value: Any) -> str:
    """The name of the Service, in the shape of today's Ingress or of the first one."""
    backend = mapping(value)
    return text(mapping(backend.get("service")).get("name")) or text(backend.get("serviceName"))


def _tls_hosts(item: dict[str, Any]) -> list[str]:
    """A certificate without hosts is for all of them."""
    hosts = sequence(item.get("hosts"))[:HOSTS_AT_MOST]
    return [host for entry in hosts if (host := _host(entry))] if hosts else ["*"]


def _image_tag(pod_spec: dict[str, Any]) -> str:
    """The tag of the main container's image; a digest and «latest» say no version."""
    containers = items(pod_spec.get("containers"), PORTS_AT_MOST)
    main = next((item for item in containers if item.get("name") not in _SIDECARS), {})
    image = text(main.get("image")).rpartition("/")[2].partition("@")[0]
    tag = image.partition(":")[2]
    return tag if _TAG.fullmatch(tag) and tag != "latest" else ""


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
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
