"""What RBAC objects grant: rules of roles, to the subjects that bindings name."""

from collections.abc import Iterator, Mapping
from typing import Any

from demo.cluster.access import Rule
from demo.cluster.kinds import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING
from demo.cluster.store import Store

Grant = tuple[str, str, Rule]


def granted(store: Store) -> list[Grant]:
    """Every rule in force with its subject, and the namespace it holds in (none: everywhere)."""
    with store.lock:
        return [
            *(grant for body in _bodies(store, CLUSTER_ROLE_BINDING.plural) for grant in _bound(store, body, "")),
            *(
                grant
                for body in _bodies(store, ROLE_BINDING.plural)
                for grant in _bound(store, body, body["metadata"]["namespace"])
            ),
        ]


def _bound(store: Store, binding: Mapping[str, Any], namespace: str) -> Iterator[Grant]:
    reference = binding["roleRef"]
    kind = ROLE if reference["kind"] == ROLE.name else CLUSTER_ROLE
    found = store.get(kind.group, kind.plural, namespace if kind is ROLE else "", reference["name"])
    rules = [_rule(rule) for rule in found.body().get("rules") or ()] if found else []
    for subject in binding.get("subjects") or ():
        for rule in rules:
            yield _name(subject), namespace, rule


def _rule(written: Mapping[str, Any]) -> Rule:
    parts = (tuple(written.get(key) or ()) for key in ("verbs", "apiGroups", "resources", "resourceNames"))
    return Rule(*parts)


def _name(subject: Mapping[str, str]) -> str:
    if subject["kind"] == "ServiceAccount":
        return f"system:serviceaccount:{subject['namespace']}:{subject['name']}"
    return subject["name"]


def _bodies(store: Store, plural: str) -> list[dict[str, Any]]:
    return [stored.body() for stored in store.collections[CLUSTER_ROLE.group, plural].objects.values()]
