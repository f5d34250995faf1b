"""Which rights an identity lacks, and the least that has to be applied to give them."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from discovery.connectors.base import EVERYWHERE, ConnectorError
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.items import Part
from discovery.connectors.kubernetes.kinds import KINDS, NAMESPACES, Kind

NAME = "portico-discovery"
#: A test answers within seconds; what this many namespaces have in common shows by then.
NAMESPACES_ASKED_AT_MOST = 10

_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_ACCOUNT = re.compile(r"system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})")
_USER = re.compile(r"[^\x00-\x1f\x7f]{1,253}")

Missing = list[tuple[Kind, str]]


class _Status(Part):
    allowed: bool = False


class _Reviewed(Part):
    status: _Status | None = None


class _UserInfo(Part):
    username: str = ""


class _WhoStatus(Part):
    user_info: _UserInfo | None = None


class _Who(Part):
    status: _WhoStatus | None = None


_reviewed = msgspec.json.Decoder(_Reviewed)
_who = msgspec.json.Decoder(_Who)


def ask_who(client: Client) -> str:
    """The name the API server knows the identity by; empty when it is older than that question (1.28)."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        answer = client.create(_WHO, review, _who, "who it takes Portico for")
    except ConnectorError as error:
        if error.code in ("absent", "forbidden"):
            return ""
        raise
    name = answer.status.user_info.username if answer.status and answer.status.user_info else ""
    return name if _USER.fullmatch(name) else ""


def ask_missing(client: Client, installed: Installed, namespaces: Sequence[str]) -> Missing:
    """Each kind that may not be listed, with the namespace; raises ConnectorError."""
    kinds = [kind for kind in KINDS if kind in installed.versions and not (kind is NAMESPACES and namespaces)]
    scopes = namespaces[:NAMESPACES_ASKED_AT_MOST] or (EVERYWHERE,)
    return [(kind, scope) for kind in kinds for scope in scopes if not _may_list(client, kind, scope)]


def _may_list(client: Client, kind: Kind, scope: str) -> bool:
    attributes = {"verb": "list", "group": kind.group, "resource": kind.resource}
    if scope != EVERYWHERE:
        attributes["namespace"] = scope
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    answer = client.create(_REVIEW, review, _reviewed, "which rights Portico has")
    return answer.status is not None and answer.status.allowed


def manifest(who: str, installed: Installed, namespaces: Sequence[str]) -> str:
    """YAML that gives the identity what it needs and nothing else: in all namespaces, or in those."""
    subject = _subject(who)
    if not namespaces:
        rules = list(_rules(kind for kind in KINDS if kind in installed.versions))
        return "\n---\n".join(_role_and_binding("Cluster", "", rules, subject))
    rules = list(_rules(kind for kind in KINDS if kind in installed.versions and kind.is_namespaced))
    documents = (text for namespace in namespaces for text in _role_and_binding("", namespace, rules, subject))
    return "\n---\n".join(documents)


def _role_and_binding(prefix: str, namespace: str, rules: list[str], subject: str) -> Iterator[str]:
    at = f", namespace: {namespace}" if namespace else ""
    head = "apiVersion: rbac.authorization.k8s.io/v1"
    metadata = f"metadata: {{name: {NAME}{at}}}"
    yield "\n".join([head, f"kind: {prefix}Role", metadata, "rules:", *rules])
    reference = f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {prefix}Role, name: {NAME}}}"
    yield "\n".join([head, f"kind: {prefix}RoleBinding", metadata, reference, "subjects:", f"  - {subject}"])


def _rules(kinds: Iterable[Kind]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for kind in kinds:
        groups.setdefault(kind.group, []).append(kind.resource)
    for group, resources in groups.items():
        yield f'  - {{apiGroups: ["{group}"], resources: [{", ".join(resources)}], verbs: [list]}}'


def _subject(who: str) -> str:
    """A service account when it is one or unknown; what a user is called is quoted, since it may be anything."""
    account = _ACCOUNT.fullmatch(who)
    if account:
        return f"{{kind: ServiceAccount, namespace: {account[1]}, name: {account[2]}}}"
    if who:
        return f"{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {json.dumps(who)}}}"
    return "{kind: ServiceAccount, namespace: portico, name: portico}"
