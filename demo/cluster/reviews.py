"""Questions about oneself, which every authenticated identity may ask, and requests for tokens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson

from demo.cluster import statuses
from demo.cluster.access import Action, Identity, service_account
from demo.cluster.asked import Asked
from demo.cluster.cluster import Cluster
from demo.cluster.statuses import Reply

_DEFAULT_LIFETIME_SECONDS = 3600


def review(cluster: Cluster, identity: Identity, request: Asked) -> Reply | None:
    """The answer to an authorised question; ``None`` when the request is none."""
    answer = _QUESTIONS.get((request.group, request.resource, request.subresource))
    if answer is None or request.method != "POST":
        return None
    try:
        question = orjson.loads(request.body)
        spec = dict(question.get("spec") or {})
    except (ValueError, AttributeError, TypeError) as error:
        return statuses.bad_request(f"couldn't get version/kind; json parse error: {error}")
    if (
        request.subresource == "token"
        and cluster.store.get("", "serviceaccounts", request.namespace, request.name) is None
    ):
        return statuses.object_not_found("serviceaccounts", request.name)
    status = answer(cluster, identity, request, spec)
    kind = {"kind": question.get("kind", ""), "apiVersion": question.get("apiVersion", "")}
    return statuses.answer(kind | {"metadata": {}, "spec": spec, "status": status}, 201)


def _who(cluster: Cluster, identity: Identity, request: Asked, spec: dict[str, Any]) -> dict[str, Any]:
    return {"userInfo": {"username": identity.username, "groups": list(identity.groups)}}


def _access(cluster: Cluster, identity: Identity, request: Asked, spec: dict[str, Any]) -> dict[str, Any]:
    if (path := (spec.get("nonResourceAttributes") or {}).get("path")) is not None:
        return {"allowed": cluster.access.may_open(identity, str(path))}
    wanted = spec.get("resourceAttributes") or {}
    resource = wanted.get("resource", "")
    if wanted.get("subresource"):
        resource = f"{resource}/{wanted['subresource']}"
    action = Action(
        wanted.get("verb", ""),
        wanted.get("group", ""),
        resource,
        wanted.get("namespace", ""),
        wanted.get("name", ""),
    )
    return {"allowed": cluster.may(identity, action)}


def _rules(cluster: Cluster, identity: Identity, request: Asked, spec: dict[str, Any]) -> dict[str, Any]:
    rules = cluster.access.rules_in(identity, spec.get("namespace", ""))
    incomplete = cluster.faults.is_forbidding
    paths = [{"verbs": ["get"], "nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/version"]}]
    return {"resourceRules": [rule.shown() for rule in rules], "nonResourceRules": paths, "incomplete": incomplete}


def _token(cluster: Cluster, identity: Identity, request: Asked, spec: dict[str, Any]) -> dict[str, Any]:
    lifetime = timedelta(seconds=spec.get("expirationSeconds") or _DEFAULT_LIFETIME_SECONDS)
    bound = spec.get("boundObjectRef") or {}
    plural = f"{bound.get('kind', '').lower()}s"

    def is_there() -> bool:
        kept = cluster.store.get("", "serviceaccounts", request.namespace, request.name)
        if kept is None or not bound:
            return kept is not None
        return cluster.store.get("", plural, request.namespace, bound.get("name", "")) is not None

    holder = service_account(request.namespace, request.name)
    token = cluster.access.issue(holder, lifetime=lifetime, while_true=is_there)
    return {"token": token, "expirationTimestamp": (cluster.now() + lifetime).strftime("%Y-%m-%dT%H:%M:%SZ")}


_Answer = Callable[[Cluster, Identity, Asked, dict[str, Any]], dict[str, Any]]
_QUESTIONS: dict[tuple[str, str, str], _Answer] = {
    ("authentication.k8s.io", "selfsubjectreviews", ""): _who,
    ("authorization.k8s.io", "selfsubjectaccessreviews", ""): _access,
    ("authorization.k8s.io", "selfsubjectrulesreviews", ""): _rules,
    ("", "serviceaccounts", "token"): _token,
}
