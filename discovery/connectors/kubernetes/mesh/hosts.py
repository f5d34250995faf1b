"""Which Services the hosts of Istio's objects stand for, and who sees the objects.

Sources: istio.io/latest/docs/reference/config/networking/virtual-service and destination-rule (hosts, exportTo): a
name without dots is one of the object's own namespace; `.` is that namespace, `*` all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Generic, TypeVar

from discovery.connectors.kubernetes.hosts import service_named
from discovery.connectors.kubernetes.mesh.policies import age

Item = TypeVar("Item", bound=Any)
Key = tuple[str, str]

HOSTS_AT_MOST = 1000


def is_for_all(item: Any) -> bool:
    """Whether every namespace sees an object; otherwise it counts for callers of its own."""
    export_to = item.spec.export_to if item.spec is not None else None
    return not export_to or "*" in export_to


class ByHost(Generic[Item]):
    """Objects by the Services that their hosts stand for; only those of ``namespaces``, where these are given."""

    def __init__(self, namespaces: Collection[str] | None) -> None:
        self._namespaces = namespaces
        self._exact: dict[Key, list[Item]] = defaultdict(list)
        self._wild: dict[str, list[Item]] = defaultdict(list)

    def add(self, item: Item, hosts: Iterable[str]) -> None:
        here = item.metadata.namespace
        for host in hosts:
            if host.startswith("*"):
                self._wild[host[1:]].append(item)
                continue
            key = service_named(host, here)
            if key is not None and (self._namespaces is None or key[0] in self._namespaces):
                self._exact[key].append(item)

    def of(self, namespace: str, name: str) -> Iterator[list[Item]]:
        """The objects for a Service, the most exact hosts first, each time the oldest first."""
        exact = self._exact.get((namespace, name))
        if exact:
            yield sorted(exact, key=age) if len(exact) > 1 else exact
        if self._wild:
            host = f"{name}.{namespace}.svc.cluster.local"
            for ending in sorted(self._wild, key=len, reverse=True):
                if host.endswith(ending):
                    yield sorted(self._wild[ending], key=age)
