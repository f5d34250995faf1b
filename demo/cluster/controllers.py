"""What controllers would make of the objects: the endpoints of a Service, from the workloads behind it.

No Pod runs anywhere: as many addresses are made up as the status of the workloads counts replicas.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from demo.cluster.kinds import ENDPOINT_SLICE, ENDPOINTS, WORKLOADS, Kind
from demo.cluster.objects import admitted
from demo.cluster.store import Store

_COUNTS = {"daemonsets": ("desiredNumberScheduled", "numberReady")}
_SERVICE_NAME = "kubernetes.io/service-name"


def derive(store: Store, kind: Kind, namespace: str, name: str, now: datetime, before: Mapping[str, Any]) -> None:
    """The endpoints of every Service that the change of this object concerns are as they should be.

    ``before`` is the object as it was; empty for a new one.
    """
    if kind.plural == "services" and not kind.group:
        names = [name]
    elif kind in WORKLOADS:
        found = store.get(kind.group, kind.plural, namespace, name)
        names = _selecting(store, namespace, [before, found.body() if found else {}])
    else:
        return
    for service in names:
        _serve(store, namespace, service, now)


def _selecting(store: Store, namespace: str, workloads: list[Mapping[str, Any]]) -> list[str]:
    """The Services that choose one of the workloads."""
    labels = [_labels(workload).items() for workload in workloads if workload]
    services = store.collections["", "services"]
    names = []
    for name in store.names_in(services, namespace):
        selector = services.objects[namespace, name].body()["spec"].get("selector")
        if selector and any(selector.items() <= one for one in labels):
            names.append(name)
    return names


def _serve(store: Store, namespace: str, name: str, now: datetime) -> None:
    found = store.get("", "services", namespace, name)
    body = found.body() if found else {}
    selector = body.get("spec", {}).get("selector")
    slices = store.collections[ENDPOINT_SLICE.group, ENDPOINT_SLICE.plural]
    endpoints = store.collections[ENDPOINTS.group, ENDPOINTS.plural]
    slice_name = f"{name}-{hashlib.sha256(name.encode()).hexdigest()[:5]}"
    if not selector:
        store.delete(slices, namespace, slice_name)
        store.delete(endpoints, namespace, name)
        return
    pods = [pod for workload in _workloads(store, namespace, selector) for pod in workload]
    ports = [_port(port) for port in body["spec"].get("ports") or ()]
    about = {"namespace": namespace, "labels": {_SERVICE_NAME: name}}
    owner = {"apiVersion": "v1", "kind": "Service", "name": name, "uid": body["metadata"]["uid"], "controller": True}
    sliced = {
        "metadata": about | {"name": slice_name, "ownerReferences": [owner]},
        "addressType": "IPv4",
        "endpoints": [_endpoint(pod, is_ready) for pod, is_ready in pods],
        "ports": ports,
    }
    _keep(store, ENDPOINT_SLICE, sliced, now)
    _keep(store, ENDPOINTS, {"metadata": about | {"name": name}, "subsets": _subsets(pods, ports)}, now)


def _keep(store: Store, kind: Kind, manifest: Mapping[str, Any], now: datetime) -> None:
    """Written only when it says something new."""
    collection, about = store.collections[kind.group, kind.plural], manifest["metadata"]
    known = store.get(kind.group, kind.plural, about["namespace"], about["name"])
    before = known.body() if known else {}
    if all(before.get(key) == value for key, value in manifest.items() if key != "metadata"):
        return
    store.put(collection, admitted(kind, manifest, now, before or None))


def _workloads(store: Store, namespace: str, selector: Mapping[str, str]) -> Iterator[list[tuple[str, bool]]]:
    """The made-up Pods of each workload that the selector chooses, with whether they are ready."""
    for kind in WORKLOADS:
        collection = store.collections[kind.group, kind.plural]
        for name in store.names_in(collection, namespace):
            body = collection.objects[namespace, name].body()
            if selector.items() <= _labels(body).items():
                total, ready = _COUNTS.get(kind.plural, ("replicas", "readyReplicas"))
                status = body.get("status", {})
                ready_count = status.get(ready, 0)
                yield [(f"{name}-{number}", number < ready_count) for number in range(status.get(total, 0))]


def _labels(workload: Mapping[str, Any]) -> Mapping[str, str]:
    """Of its Pods."""
    return workload.get("spec", {}).get("template", {}).get("metadata", {}).get("labels") or {}


def _address(pod: str) -> str:
    first, second, third = hashlib.sha256(pod.encode()).digest()[:3]
    return f"10.{first}.{second}.{third}"


def _endpoint(pod: str, is_ready: bool) -> dict[str, Any]:
    conditions = {"ready": is_ready, "serving": is_ready, "terminating": False}
    return {"addresses": [_address(pod)], "conditions": conditions, "targetRef": {"kind": "Pod", "name": pod}}


def _port(port: Mapping[str, Any]) -> dict[str, Any]:
    target = port.get("targetPort", port["port"])
    number = target if isinstance(target, int) else port["port"]
    return {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}


def _subsets(pods: list[tuple[str, bool]], ports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not pods:
        return []
    ready = [{"ip": _address(pod)} for pod, is_ready in pods if is_ready]
    waiting = [{"ip": _address(pod)} for pod, is_ready in pods if not is_ready]
    groups = {"addresses": ready, "notReadyAddresses": waiting}
    return [{key: value for key, value in groups.items() if value} | {"ports": ports}]
