"""The order of checks: who are you, are there too many of you, may you, and only then what is there."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.cluster import statuses
from demo.cluster.access import ANONYMOUS, Action, Identity, refusal
from demo.cluster.asked import Asked, Refused
from demo.cluster.cluster import Cluster
from demo.cluster.discovery import described
from demo.cluster.reading import reached
from demo.cluster.reviews import review
from demo.cluster.service_proxy import proxied
from demo.cluster.statuses import Reply, Stream


@dataclass(frozen=True, slots=True)
class Caller:
    """The other end of the connection; ``certified`` is whom its certificate names."""

    address: str
    certified: Identity | None
    has_left: Callable[[], bool]


def answer(cluster: Cluster, request: Asked, caller: Caller) -> tuple[str, Reply | Stream]:
    """The user as authenticated, and the reply."""
    if (prepared := cluster.faults.prepared(request.path)) is not None:
        return "", prepared
    identity = _identity(cluster, request, caller)
    if identity is None:
        return "", statuses.unauthorized()
    return identity.username, _answer(cluster, request, caller, identity)


def _answer(cluster: Cluster, request: Asked, caller: Caller, identity: Identity) -> Reply | Stream:
    cluster.faults.pause()
    if (throttled := cluster.faults.throttled(request.resource)) is not None:
        return throttled
    if not request.resource:
        if cluster.access.may_open(identity, request.path):
            return described(cluster, request)
        message = f'forbidden: User "{identity.username}" cannot {request.method.lower()} path "{request.path}"'
        return statuses.failure(403, "Forbidden", message, {})
    action = request.action
    if not cluster.may(identity, action, counts=True):
        return _forbidden(identity, action)
    if (reviewed := review(cluster, identity, request)) is not None:
        return reviewed
    if (request.group, request.resource, request.subresource) == ("", "services", "proxy"):
        return proxied(cluster, request, request.headers.get("Host", ""), caller.address)
    try:
        return reached(cluster, request, caller.has_left)
    except Refused as refused:
        return refused.reply


def _identity(cluster: Cluster, request: Asked, caller: Caller) -> Identity | None:
    """Nobody in particular without credentials; ``None`` when the credentials are no good."""
    if caller.certified is not None:
        return caller.certified
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return ANONYMOUS
    return cluster.access.bearer(token.strip())


def _forbidden(identity: Identity, action: Action) -> Reply:
    plural = action.resource.partition("/")[0]
    details = {"name": action.name, "group": action.group, "kind": plural}
    shown = {key: value for key, value in details.items() if value}
    return statuses.failure(403, "Forbidden", refusal(identity, action), shown)
