"""What the server serves: groups, versions and resources, in the plain and in the aggregated form."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from demo.cluster import statuses
from demo.cluster.asked import Asked
from demo.cluster.cluster import Cluster
from demo.cluster.kinds import Kind
from demo.cluster.statuses import Reply

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
VERSION = {"major": "1", "minor": "36", "gitVersion": "v1.36.2", "platform": "linux/amd64"}
_REVIEWS = (
    Kind("authentication.k8s.io", ("v1",), "selfsubjectreviews", "SelfSubjectReview", False, verbs=("create",)),
    Kind(
        "authorization.k8s.io", ("v1",), "selfsubjectaccessreviews", "SelfSubjectAccessReview", False, verbs=("create",)
    ),
    Kind(
        "authorization.k8s.io", ("v1",), "selfsubjectrulesreviews", "SelfSubjectRulesReview", False, verbs=("create",)
    ),
)


def described(cluster: Cluster, request: Asked) -> Reply:
    """The reply to a path that is no resource's."""
    path = request.path.rstrip("/")
    if path == "/version":
        return statuses.answer(VERSION)
    if path in ("/healthz", "/livez", "/readyz"):
        return Reply(200, b"ok", statuses.TEXT)
    kinds = [kind for kind in (*cluster.kinds(), *_REVIEWS) if kind.group not in cluster.unavailable]
    if path in ("/api", "/apis"):
        return _root(cluster, request, kinds, is_core=path == "/api")
    return _part(cluster, kinds, path)


def _root(cluster: Cluster, request: Asked, kinds: list[Kind], *, is_core: bool) -> Reply:
    chosen = [kind for kind in kinds if is_core is not bool(kind.group)]
    if not cluster.aggregates_discovery or _AGGREGATED not in request.headers.get("Accept", "").replace(" ", ""):
        return statuses.answer({"kind": "APIVersions", "versions": ["v1"]} if is_core else _groups(cluster, chosen))
    groups = [_aggregated(chosen, group) for group in _names(chosen)]
    groups += [_stale(group, version) for group, version in cluster.unavailable.items() if not is_core]
    shown = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": groups}
    body = orjson.dumps(shown) + b"\n"
    tag = f'"{hashlib.sha256(body).hexdigest().upper()}"'
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "public"}
    if request.headers.get("If-None-Match") == tag:
        return Reply(304, b"", headers=headers)
    return Reply(200, body, _AGGREGATED, headers)


def _part(cluster: Cluster, kinds: list[Kind], path: str) -> Reply:
    """One group, or one version of it."""
    parts = path.strip("/").split("/")
    core = parts[0] == "api"
    group, version = ("", parts[1]) if core else (parts[1], parts[2] if len(parts) > 2 else "")
    if parts[0] not in ("api", "apis") or len(parts) > 3 - core:
        return statuses.page_not_found()
    if group in cluster.unavailable:
        return statuses.text(503, "service unavailable")
    chosen = [kind for kind in kinds if kind.group == group and (not version or version in kind.versions)]
    if not chosen:
        return statuses.page_not_found()
    if not version:
        return statuses.answer({"kind": "APIGroup", "apiVersion": "v1", **_group(group, _versions(chosen))})
    listing = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/{version}".strip("/")}
    return statuses.answer(listing | {"resources": [_resource(kind) for kind in chosen]})


def _groups(cluster: Cluster, kinds: list[Kind]) -> dict[str, Any]:
    groups = [_group(group, _versions(kind for kind in kinds if kind.group == group)) for group in _names(kinds)]
    groups += [_group(group, [version]) for group, version in cluster.unavailable.items()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def _group(group: str, versions: list[str]) -> dict[str, Any]:
    served = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"name": group, "versions": served, "preferredVersion": served[0]}


def _resource(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.plural,
        "singularName": kind.name.lower(),
        "namespaced": kind.is_namespaced,
        "kind": kind.name,
        "verbs": list(kind.verbs),
    }


def _aggregated(kinds: list[Kind], group: str) -> dict[str, Any]:
    mine = [kind for kind in kinds if kind.group == group]
    versions = [
        {
            "version": version,
            "resources": [_discovered(kind, version) for kind in mine if version in kind.versions],
            "freshness": "Current",
        }
        for version in _versions(mine)
    ]
    return {"metadata": {"name": group, "creationTimestamp": None}, "versions": versions}


def _discovered(kind: Kind, version: str) -> dict[str, Any]:
    return {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": version, "kind": kind.name},
        "scope": "Namespaced" if kind.is_namespaced else "Cluster",
        "singularResource": kind.name.lower(),
        "verbs": list(kind.verbs),
    }


def _stale(group: str, version: str) -> dict[str, Any]:
    """A group whose own server does not answer: known, without its resources."""
    return {"metadata": {"name": group}, "versions": [{"version": version, "freshness": "Stale"}]}


def _names(kinds: Iterable[Kind]) -> list[str]:
    return list(dict.fromkeys(kind.group for kind in kinds))


def _versions(kinds: Iterable[Kind]) -> list[str]:
    """Each version served for any of them, the preferred one first."""
    return list(dict.fromkeys(version for kind in kinds for version in kind.versions))
