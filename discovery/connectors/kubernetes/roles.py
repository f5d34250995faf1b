"""The least that has to be applied to a cluster so that an identity may read and watch it."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from discovery.connectors.kubernetes.installed import Installed
from discovery.connectors.kubernetes.kinds import KINDS, Kind
from discovery.connectors.kubernetes.rights import PROXY, VERBS

NAME = "portico-discovery"

_ACCOUNT = re.compile(r"system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})")


def manifest(who: str, installed: Installed, namespaces: Sequence[str], *, with_proxy: bool = False) -> str:
    """YAML that gives the identity what it needs and nothing else: in all namespaces, or in those."""
    subject = _subject(who)
    proxy = [f'  - {{apiGroups: [""], resources: [{PROXY}], verbs: [get]}}'] if with_proxy else []
    if not namespaces:
        rules = [*_rules(kind for kind in KINDS if kind in installed.versions), *proxy]
        return "\n---\n".join(_role_and_binding("Cluster", "", rules, subject))
    rules = [*_rules(kind for kind in KINDS if kind in installed.versions and kind.is_namespaced), *proxy]
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
        yield f'  - {{apiGroups: ["{group}"], resources: [{", ".join(resources)}], verbs: [{", ".join(VERBS)}]}}'


def _subject(who: str) -> str:
    """A service account when it is one or unknown; what a user is called is quoted, since it may be anything."""
    account = _ACCOUNT.fullmatch(who)
    if account:
        return f"{{kind: ServiceAccount, namespace: {account[1]}, name: {account[2]}}}"
    if who:
        return f"{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {json.dumps(who)}}}"
    return "{kind: ServiceAccount, namespace: portico, name: portico}"
