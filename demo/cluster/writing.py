"""Writes through the API: objects created, replaced, merged, applied and deleted by whoever may."""

from collections.abc import Mapping
from typing import Any

import orjson
import yaml

from demo.cluster import statuses
from demo.cluster.asked import Asked, Refused
from demo.cluster.cluster import Cluster
from demo.cluster.kinds import NAMESPACE
from demo.cluster.objects import Stored
from demo.cluster.statuses import Reply
from demo.cluster.store import Collection

_APPLY, _MERGE = "application/apply-patch+yaml", "application/merge-patch+json"


def write(cluster: Cluster, collection: Collection, request: Asked) -> Reply:
    """The reply to an authorised write, which has taken effect; raises ``Refused``."""
    with cluster.store.lock:
        if request.method == "POST" and not request.name:
            return _created(cluster, collection, request)
        if request.method == "PUT" and request.name:
            return _replaced(cluster, collection, request)
        if request.method == "PATCH" and request.name:
            return _patched(cluster, collection, request)
        if request.method == "DELETE" and request.name:
            return _deleted(cluster, collection, request)
    return statuses.method_not_allowed()


def _created(cluster: Cluster, collection: Collection, request: Asked) -> Reply:
    manifest = _manifest(collection, request, _read(request))
    name = manifest["metadata"]["name"]
    if _find(cluster, collection, request, name) is not None:
        return statuses.already_exists(collection.kind.qualified, name)
    return _put(cluster, collection, request, manifest, 201)


def _replaced(cluster: Cluster, collection: Collection, request: Asked) -> Reply:
    known = _known(cluster, collection, request, request.name)
    manifest = _manifest(collection, request, _read(request))
    version = manifest["metadata"].get("resourceVersion")
    if version and version != str(known.version):
        return statuses.modified(collection.kind.qualified, request.name)
    return _put(cluster, collection, request, manifest, 200)


def _patched(cluster: Cluster, collection: Collection, request: Asked) -> Reply:
    patch_type = request.headers.get("Content-Type", "").partition(";")[0]
    patch = _read(request)
    if patch_type == _APPLY:
        status = 200 if _find(cluster, collection, request, request.name) else 201
        return _put(cluster, collection, request, _manifest(collection, request, patch), status)
    if patch_type == _MERGE:
        known = _known(cluster, collection, request, request.name).body()
        return _put(cluster, collection, request, _manifest(collection, request, _merged(known, patch)), 200)
    message = f"the body of the request was in an unknown format - accepted media types include: {_MERGE}, {_APPLY}"
    return statuses.failure(415, "UnsupportedMediaType", message, {})


def _deleted(cluster: Cluster, collection: Collection, request: Asked) -> Reply:
    known = _known(cluster, collection, request, request.name)
    kind = collection.kind
    cluster.delete(kind.qualified, known.namespace, known.name)
    details = {"name": known.name, "kind": kind.plural, "uid": known.body()["metadata"]["uid"]}
    if kind.group:
        details["group"] = kind.group
    shown = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
    return statuses.answer(shown)


def _put(cluster: Cluster, collection: Collection, request: Asked, manifest: Mapping[str, Any], status: int) -> Reply:
    namespace = manifest["metadata"].get("namespace", "")
    if namespace and collection.kind is not NAMESPACE and cluster.store.get("", "namespaces", "", namespace) is None:
        return statuses.object_not_found("namespaces", namespace)
    cluster.add(manifest)
    kept = _known(cluster, collection, request, manifest["metadata"]["name"])
    return Reply(status, kept.written(collection.kind, request.version) + b"\n")


def _read(request: Asked) -> dict[str, Any]:
    try:
        # JSON is YAML to the real server too, when something is applied.
        body = yaml.safe_load(request.body) if request.method == "PATCH" else orjson.loads(request.body)
    except (ValueError, yaml.YAMLError) as error:
        raise Refused(statuses.bad_request(f"couldn't get version/kind; json parse error: {error}")) from error
    if not isinstance(body, dict) or not isinstance(body.get("metadata") or {}, dict):
        raise Refused(statuses.bad_request("couldn't get version/kind; json parse error: not an object"))
    return body


def _manifest(collection: Collection, request: Asked, body: Mapping[str, Any]) -> dict[str, Any]:
    """The object with the place that the path says; raises ``Refused`` where body and path differ."""
    kind = collection.kind
    about = dict(body.get("metadata") or {})
    name = about.setdefault("name", request.name)
    if not name:
        message = f'{kind.name} "" is invalid: metadata.name: Required value: name or generateName is required'
        raise Refused(statuses.failure(422, "Invalid", message, {"kind": kind.name}))
    if request.name and name != request.name:
        message = f"the name of the object ({name}) does not match the name on the URL ({request.name})"
        raise Refused(statuses.bad_request(message))
    if kind.is_namespaced:
        if about.setdefault("namespace", request.namespace) != request.namespace:
            message = "the namespace of the provided object does not match the namespace sent on the request"
            raise Refused(statuses.bad_request(message))
    else:
        about.pop("namespace", None)
    return {**body, "apiVersion": kind.api_version(request.version), "kind": kind.name, "metadata": about}


def _merged(known: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(known) if isinstance(known, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def _find(cluster: Cluster, collection: Collection, request: Asked, name: str) -> Stored | None:
    namespace = request.namespace if collection.kind.is_namespaced else ""
    return cluster.store.get(collection.kind.group, collection.kind.plural, namespace, name)


def _known(cluster: Cluster, collection: Collection, request: Asked, name: str) -> Stored:
    known = _find(cluster, collection, request, name)
    if known is None:
        raise Refused(statuses.object_not_found(collection.kind.qualified, name))
    return known
