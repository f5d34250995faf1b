"""Who Portico is in a cluster, and which rights it lacks there."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from discovery.connectors.base import EVERYWHERE, ConnectorError
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.items import Part
from discovery.connectors.kubernetes.kinds import KINDS, NAMESPACES, Kind

#: To list is to see everything once, to watch is to see changes at once; each is a right of its own.
VERBS = ("list", "watch")
#: A test answers within seconds; what this many namespaces have in common shows by then.
NAMESPACES_ASKED_AT_MOST = 50

#: Reaches every path of every Service: asked for only where specifications are fetched through the API server.
PROXY = "services/proxy"

_ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
_WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_RIGHTS = "which rights Portico has"
_USER = re.compile(r"[^\x00-\x1f\x7f]{1,253}")


class Right(NamedTuple):
    """To do something with all objects of a kind in a scope."""

    kind: Kind
    scope: str
    verb: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What an identity lacks; ``is_whole`` is whether every right could be asked for in the time there was.

    ``without_proxy`` has the scopes whose Services it may not reach through the API server, if it is to.
    """

    lacking: tuple[Right, ...]
    is_whole: bool
    without_proxy: tuple[str, ...] = ()

    def lacks(self, verb: str, kind: Kind | None = None) -> list[Right]:
        return [right for right in self.lacking if right.verb == verb and kind in (None, right.kind)]


class _Rule(Part):
    """A rule for objects of some names alone is not one for a list."""

    verbs: list[str] = msgspec.field(default_factory=list)
    api_groups: list[str] = msgspec.field(default_factory=list)
    resources: list[str] = msgspec.field(default_factory=list)
    resource_names: list[str] | None = None

    def allows(self, verb: str, group: str, resource: str) -> bool:
        wanted = ((self.verbs, verb), (self.api_groups, group), (self.resources, resource))
        return not self.resource_names and all("*" in allowed or one in allowed for allowed, one in wanted)


class _UserInfo(Part):
    username: str = ""


class _Status(Part):
    allowed: bool = False
    user_info: _UserInfo | None = None
    resource_rules: list[_Rule] | None = None
    incomplete: bool = True


class _Reviewed(Part):
    status: _Status = msgspec.field(default_factory=_Status)


_reviewed = msgspec.json.Decoder(_Reviewed)


def ask_who(client: Client) -> str:
    """The name the API server knows the identity by; empty when it is older than that question (1.28)."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        answer = client.create(_WHO, review, _reviewed, "who it takes Portico for")
    except ConnectorError as error:
        if error.code in ("absent", "forbidden"):
            return ""
        raise
    name = answer.status.user_info.username if answer.status.user_info else ""
    return name if _USER.fullmatch(name) else ""


def ask_rights(
    client: Client, installed: Installed, namespaces: Sequence[str], until: float, *, with_proxy: bool = False
) -> Rights:
    """What is lacking, as far as can be asked until that moment of ``time.monotonic()``; raises ConnectorError."""
    lacking: list[Right] = []
    without_proxy: list[str] = []
    scopes = namespaces[:NAMESPACES_ASKED_AT_MOST] or (EVERYWHERE,)
    for scope in scopes:
        rules = _ask_rules(client, scope) if scope != EVERYWHERE else None
        for right in _needed(installed, scope):
            if time.monotonic() > until:
                return Rights(tuple(lacking), False, tuple(without_proxy))
            if not _is_given(client, right.scope, right.verb, right.kind.group, right.kind.resource, rules):
                lacking.append(right)
        if with_proxy and not _is_given(client, scope, "get", "", PROXY, rules):
            without_proxy.append(scope)
    return Rights(tuple(lacking), len(scopes) == max(len(namespaces), 1), tuple(without_proxy))


def _needed(installed: Installed, scope: str) -> Iterator[Right]:
    """A list of all namespaces is a right of its own; whoever reads only some needs none to it."""
    for verb in VERBS:
        for kind in KINDS:
            if kind in installed.versions and (kind is not NAMESPACES or scope == EVERYWHERE):
                yield Right(kind, scope, verb)


def _is_given(client: Client, scope: str, verb: str, group: str, resource: str, rules: list[_Rule] | None) -> bool:
    if rules is not None:
        return any(rule.allows(verb, group, resource) for rule in rules)
    resource, _, part = resource.partition("/")
    attributes = {"verb": verb, "group": group, "resource": resource}
    if part:
        attributes["subresource"] = part
    if scope != EVERYWHERE:
        attributes["namespace"] = scope
    return _review(client, _ACCESS, "SelfSubjectAccessReview", {"resourceAttributes": attributes}).allowed


def _ask_rules(client: Client, namespace: str) -> list[_Rule] | None:
    """All rules that hold in a namespace in one answer; nothing when the server does not know all of them itself."""
    try:
        status = _review(client, _RULES, "SelfSubjectRulesReview", {"namespace": namespace})
    except ConnectorError as error:
        if error.code in ("absent", "forbidden"):
            return None
        raise
    return None if status.incomplete else status.resource_rules or []


def _review(client: Client, path: str, kind: str, spec: dict[str, object]) -> _Status:
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
    return client.create(path, review, _reviewed, _RIGHTS).status
