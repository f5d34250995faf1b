"""What is known of a cluster at a moment: its objects, and which lists of them are not known."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from discovery.connectors.base import EVERYWHERE
from discovery.connectors.kubernetes.kinds import ACROSS_NAMESPACES, ISTIO_GATEWAYS, Kind
from discovery.connectors.kubernetes.lead_index import INDEXED, LeadIndex
from discovery.connectors.kubernetes.leads import Key


class Store:
    """Objects by kind, namespace and name. Objects without a namespace are in the namespace of no name."""

    def __init__(self) -> None:
        self._kinds: dict[Kind, dict[str, dict[str, Any]]] = defaultdict(dict)
        #: The kinds that the cluster does not have, which is another thing than having no object of them.
        self.absent: set[Kind] = set()
        self._leads: LeadIndex | None = None
        self._selectors: dict[frozenset[tuple[str, str]], list[Key]] | None = None

    @property
    def leads(self) -> LeadIndex:
        """What routes and rules are about; put together when it is first asked for, since a run never does."""
        if self._leads is None:
            self._leads = LeadIndex((kind, *key, one) for kind in INDEXED for key, one in self.named(kind).items())
        return self._leads

    def gateway_selectors(self) -> dict[frozenset[tuple[str, str]], list[Key]]:
        """Istio's gateways by the labels of the pods that carry them."""
        if self._selectors is None:
            self._selectors = defaultdict(list)
            for (namespace, name), one in self.named(ISTIO_GATEWAYS).items():
                selector = (one.spec.selector if one.spec else None) or {}
                if selector:
                    self._selectors[frozenset(selector.items())].append((ISTIO_GATEWAYS, namespace, name))
        return self._selectors

    def put(self, kind: Kind, namespace: str, name: str, found: Any) -> Any | None:
        """The object is known; returns what was known of it before."""
        objects = self._kinds[kind].setdefault(namespace, {})
        before = objects.get(name)
        objects[name] = found
        self._follow(kind, namespace, name, found)
        return before

    def drop(self, kind: Kind, namespace: str, name: str) -> Any | None:
        """The object is not known any more; returns what was."""
        objects = self._kinds[kind].get(namespace, {})
        before = objects.pop(name, None)
        if not objects:
            self._kinds[kind].pop(namespace, None)
        self._follow(kind, namespace, name, None)
        return before

    def replace(self, kind: Kind, scope: str, found: Mapping[tuple[str, str], Any]) -> None:
        """These are all objects of the kind in the scope, `*` standing for all namespaces."""
        if kind in INDEXED:
            self._leads = None
        if kind is ISTIO_GATEWAYS:
            self._selectors = None
        if scope == EVERYWHERE:
            self._kinds[kind].clear()
        else:
            self._kinds[kind].pop(scope, None)
        for (namespace, name), one in found.items():
            self._kinds[kind].setdefault(namespace, {})[name] = one

    def get(self, kind: Kind, namespace: str, name: str) -> Any | None:
        return self._kinds[kind].get(namespace, {}).get(name)

    def all(self, kind: Kind, namespaces: Collection[str] | None = None) -> Iterator[Any]:
        """The objects of the kind: all of them, or only those of these namespaces."""
        known = self._kinds[kind]
        for namespace in known if namespaces is None else namespaces:
            yield from known.get(namespace, {}).values()

    def leading(self, kind: Kind, namespaces: Collection[str] | None = None) -> Iterator[Any]:
        """The routes or rules of the kind: all of them, or only those that may be about these namespaces."""
        if namespaces is None:
            yield from self.all(kind)
            return
        known = self._kinds[kind]
        yield from (known[namespace][name] for namespace, name in self.leads.leading(kind, namespaces))

    def named(self, kind: Kind, scope: str = EVERYWHERE) -> dict[tuple[str, str], Any]:
        """The objects of the kind in the scope by namespace and name."""
        known = self._kinds[kind]
        namespaces = known if scope == EVERYWHERE else [scope]
        return {(at, name): one for at in namespaces for name, one in known.get(at, {}).items()}

    def by_namespace(self, kind: Kind) -> Iterator[list[Any]]:
        """The objects of the kind, those of a namespace together."""
        for objects in self._kinds[kind].values():
            yield list(objects.values())

    def cut(self, kind: Kind, cut: Callable[[Any], Any | None]) -> None:
        """The objects are what ``cut`` makes of them, without those it makes ``None`` of."""
        for objects in self._kinds[kind].values():
            for name in list(objects):
                kept = cut(objects[name])
                if kept is None:
                    del objects[name]
                else:
                    objects[name] = kept

    def count(self, kind: Kind, namespace: str = EVERYWHERE) -> int:
        if namespace != EVERYWHERE:
            return len(self._kinds[kind].get(namespace, ()))
        return sum(map(len, self._kinds[kind].values()))

    def namespaces(self, kinds: Iterable[Kind]) -> set[str]:
        """Where there is an object of one of the kinds."""
        return {namespace for kind in kinds for namespace in self._kinds[kind]}

    def _follow(self, kind: Kind, namespace: str, name: str, found: Any | None) -> None:
        if self._leads is not None and kind in INDEXED:
            self._leads.put(kind, namespace, name, found)
        if kind is ISTIO_GATEWAYS:
            self._selectors = None


class Gaps:
    """Which lists could not be read, by kind and scope. Without them nothing may be concluded from absence."""

    def __init__(self) -> None:
        self._unread: dict[Kind, set[str]] = defaultdict(set)

    def add(self, kind: Kind, scope: str) -> None:
        self._unread[kind].add(scope)

    def close(self, kind: Kind, scope: str) -> None:
        """The list has been read after all."""
        self._unread[kind].discard(scope)

    def count(self, kind: Kind) -> int:
        return len(self._unread[kind])

    @property
    def are_none(self) -> bool:
        """Whether everything that is installed could be read."""
        return not any(self._unread.values())

    def is_read(self, kind: Kind, namespace: str) -> bool:
        """Whether every object of the kind in that namespace is known; one that is not installed has none."""
        return self._unread[kind].isdisjoint((EVERYWHERE, namespace))

    def are_read(self, kinds: Iterable[Kind], namespace: str) -> bool:
        return all(self.is_read(kind, namespace) for kind in kinds)

    def is_whole(self, kind: Kind, scope: str) -> bool:
        """Whether every object of a scope that was asked for is known, `*` standing for all namespaces."""
        unread = self._unread[kind]
        return not unread if scope == EVERYWHERE else unread.isdisjoint((EVERYWHERE, scope))

    def are_routes_read(self) -> bool:
        """Whether all routes are known that may lead to another namespace than their own."""
        return not any(self._unread[kind] for kind in ACROSS_NAMESPACES)
