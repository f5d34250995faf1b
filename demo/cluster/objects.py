"""What the server adds to an object it is given, and how it writes it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from demo.cluster.kinds import WORKLOADS, Kind

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_MANAGER = "kubectl-client-side-apply"
_PLURALS_OF_WORKLOADS = frozenset(kind.plural for kind in WORKLOADS)


@dataclass(frozen=True, slots=True)
class Stored:
    """One object at one resource version; ``raw`` is its JSON without ``apiVersion`` and ``kind``."""

    namespace: str
    name: str
    version: int
    labels: Mapping[str, str]
    raw: bytes

    def body(self) -> dict[str, Any]:
        return orjson.loads(self.raw)

    def written(self, kind: Kind, version: str) -> bytes:
        """The object by itself: each version of a custom kind shows the same one."""
        head = f'"apiVersion":"{kind.api_version(version)}","kind":"{kind.name}",'
        if not kind.is_custom:
            head = f'"kind":"{kind.name}","apiVersion":"{kind.api_version(version)}",'
        return b"{" + head.encode() + self.raw[1:]

    def listed(self, kind: Kind, version: str) -> bytes:
        """The object in a list: there the built-in kinds leave out what it is."""
        return self.written(kind, version) if kind.is_custom else self.raw


def stored(kind: Kind, body: Mapping[str, Any], version: int) -> Stored:
    """The object with this version; ``body`` is one that ``admitted`` returned."""
    metadata = body["metadata"]
    metadata["resourceVersion"] = str(version)
    labels, namespace = metadata.get("labels") or {}, metadata.get("namespace", "")
    return Stored(namespace if kind.is_namespaced else "", metadata["name"], version, labels, orjson.dumps(body))


def admitted(kind: Kind, manifest: Mapping[str, Any], now: datetime, previous: Mapping[str, Any] | None) -> dict:
    """The manifest as the server keeps it: with what it sets itself, and what it keeps of the previous object."""
    written = {key: value for key, value in manifest.items() if key not in ("apiVersion", "kind", "metadata")}
    given = dict(manifest["metadata"])
    kept = previous["metadata"] if previous else {}
    if kind.is_namespaced:
        given.setdefault("namespace", "default")
    given["uid"] = kept.get("uid") or given.get("uid") or str(uuid4())
    given["creationTimestamp"] = kept.get("creationTimestamp") or given.get("creationTimestamp") or _moment(now)
    body = {"metadata": given} | _with_defaults(kind, written, given["uid"])
    if "spec" in written:
        changed = previous is not None and previous.get("spec") != body.get("spec")
        given["generation"] = kept.get("generation", 1) + changed
    given.pop("managedFields", None)
    given["managedFields"] = [_managed(kind, body, now)]
    return body


def applied(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest after ``kubectl apply``, which leaves the whole of it in an annotation."""
    metadata = dict(manifest["metadata"])
    annotations = dict(metadata.get("annotations") or {})
    whole = {**manifest, "metadata": {"annotations": {}, **metadata}}
    metadata["annotations"] = annotations | {LAST_APPLIED: orjson.dumps(whole).decode() + "\n"}
    return {**manifest, "metadata": metadata}


def _with_defaults(kind: Kind, written: Mapping[str, Any], uid: str) -> dict[str, Any]:
    body = dict(written)
    if kind.plural == "services":
        body["spec"] = _service(body.get("spec") or {}, uid)
        body.setdefault("status", {"loadBalancer": {}})
    elif kind.plural == "namespaces":
        body.setdefault("spec", {"finalizers": ["kubernetes"]})
        body.setdefault("status", {"phase": "Active"})
    elif kind.plural in _PLURALS_OF_WORKLOADS:
        body.setdefault("status", _ready(kind, body.get("spec") or {}))
    return body


def _service(spec: Mapping[str, Any], uid: str) -> dict[str, Any]:
    filled = {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster"} | dict(spec)
    if filled["type"] != "ExternalName":
        address = filled.get("clusterIP") or _address(UUID(uid).int)
        filled |= {"clusterIP": address, "clusterIPs": [address], "ipFamilies": ["IPv4"]}
    ports = [{"protocol": "TCP", "targetPort": port["port"]} | port for port in filled.get("ports") or ()]
    return filled | ({"ports": ports} if ports else {})


def _address(number: int) -> str:
    return f"10.96.{number % 256}.{number // 256 % 254 + 1}"


def _ready(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    """The status once everything asked for runs."""
    count = spec.get("replicas", 1)
    if kind.plural == "daemonsets":
        return {"currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberReady": 3, "numberMisscheduled": 0}
    shown = {"observedGeneration": 1, "replicas": count, "updatedReplicas": count}
    return shown | {"readyReplicas": count, "availableReplicas": count} if count else shown


def _managed(kind: Kind, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Who wrote which field: 28 to 50 per cent of the bytes of a real object."""
    metadata = {key: body["metadata"][key] for key in ("annotations", "labels") if body["metadata"].get(key)}
    fields = {"f:metadata": _fields(metadata)} | _fields({key: body[key] for key in body if key != "metadata"})
    return {
        "manager": _MANAGER,
        "operation": "Update",
        "apiVersion": kind.api_version(),
        "time": _moment(now),
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }


def _fields(value: Mapping[str, Any]) -> dict[str, Any]:
    return {".": {}} | {f"f:{key}": _field(part) for key, part in value.items()}


def _field(part: Any) -> dict[str, Any]:
    if isinstance(part, Mapping):
        return _fields(part)
    if isinstance(part, list) and part and all(isinstance(entry, Mapping) and "name" in entry for entry in part):
        return {".": {}} | {f'k:{{"name":"{entry["name"]}"}}': _fields(entry) for entry in part}
    return {}


def _moment(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")
