"""A small cluster for one case: a Service ``shop/orders`` with a Deployment, and the objects that the case adds.

Objects are written short, as ``Kind namespace/name @day: spec``; ``day`` is when the object was made.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from discovery.connectors.base import Observation, Posture, PostureFact
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.cut import cutter
from discovery.connectors.kubernetes.kinds import KINDS, Kind
from discovery.connectors.kubernetes.observing import Cluster
from discovery.connectors.kubernetes.store import Gaps, Store

_SECURITY = {"PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy"}
_MARKS = {"info": "", "warning": "! ", "error": "!! "}
_CORE = {"Service": "", "Namespace": "", "Deployment": "apps", "StatefulSet": "apps", "DaemonSet": "apps"}
_OTHERS = {
    **_CORE,
    "Ingress": "networking.k8s.io",
    "GatewayClass": "gateway.networking.k8s.io",
    "KubernetesGateway": "gateway.networking.k8s.io",
    "HTTPRoute": "gateway.networking.k8s.io",
}


def manifest(key: str, value: Any) -> dict[str, Any]:
    """The whole object of a short one. What is no spec (labels of a namespace) stands as ``metadata`` or ``status``."""
    words = key.split()
    kind, name = words[0], words[1]
    day = int(words[2].removeprefix("@")) if len(words) > 2 else 1
    namespace, _, name = name.rpartition("/")
    group = _OTHERS.get(kind, "security.istio.io" if kind in _SECURITY else "networking.istio.io")
    body = dict(value or {})
    metadata = {"name": name, "creationTimestamp": f"2026-01-{day:02}T00:00:00Z", **body.pop("metadata", {})}
    if namespace:
        metadata["namespace"] = namespace
    version = f"{group}/v1" if group else "v1"
    return {"apiVersion": version, "kind": kind.removeprefix("Kubernetes"), "metadata": metadata, "spec": body}


def workload(labels: Mapping[str, str] | None = None, **pod: Any) -> dict[str, Any]:
    """The spec of a Deployment; ``annotations`` and what else a pod has may be given."""
    labels = {"app": "orders", **(labels or {})}
    annotations, containers = pod.pop("annotations", {}), pod.pop("containers", [{"name": "main"}])
    template = {"metadata": {"labels": labels, "annotations": annotations}, "spec": {"containers": containers, **pod}}
    return {"selector": {"matchLabels": {"app": labels["app"]}}, "template": template}


def world(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All objects of a case; it may replace the namespace's labels, the pods and the Service, or leave them out."""
    made = [manifest("Namespace shop", {"metadata": {"labels": case.get("namespace", {"istio-injection": "enabled"})}})]
    if case.get("namespace", {}) is None:
        made = []
    service = {"selector": {"app": "orders"}, "ports": [{"port": 80, "targetPort": 8080}], **case.get("service", {})}
    made.append(manifest("Service shop/orders", service))
    for number, pod in enumerate(case.get("pods", [{}])):
        made.append(manifest(f"Deployment shop/orders{number or ''}", workload(**pod)))
    return made + [manifest(key, value) for key, value in case.get("objects", {}).items()]


def stored(objects: list[dict[str, Any]]) -> Store:
    """The objects as they are known after a run has read them."""
    store = Store()
    for one in objects:
        kind = kind_of(one)
        item = kind.one.decode(json.dumps(one))
        kept = cutter(kind, "v1")(item)
        if kept is not None:
            store.put(kind, one["metadata"].get("namespace", ""), one["metadata"]["name"], kept)
    return store


def kind_of(one: Mapping[str, Any]) -> Kind:
    group = one["apiVersion"].rpartition("/")[0]
    return next(kind for kind in KINDS if (kind.name, kind.group) == (one["kind"], group))


def observed(
    objects: list[dict[str, Any]], unread: list[str] | None = None, named: list[str] | None = None
) -> dict[str, Observation]:
    """What the connector says; ``unread`` has «Kind namespace» lists that were refused."""
    gaps = Gaps()
    for missing in unread or ():
        name, _, scope = missing.partition(" ")
        for kind in KINDS:
            if kind.name == name:
                gaps.add(kind, scope)
    config = Config(cast("Access", None), "c", tuple(named or ()))
    found = Cluster(config, stored(objects), gaps).observations("c")
    return {f"{one.namespace}/{one.name}": one for one in found}


def posture_of(case: Mapping[str, Any]) -> Posture:
    found = observed(world(case), case.get("unread"), case.get("named"))["shop/orders"].posture
    assert found is not None
    return found


def spoken(facts: tuple[PostureFact, ...]) -> Iterator[str]:
    """Facts as cases write them: ``! `` for a warning, ``!! `` for an error, ``<-`` before the object."""
    for fact in facts:
        yield f"{_MARKS[fact.severity]}{fact.topic}: {fact.text}{f' <- {fact.by}' if fact.by else ''}"
