"""Which policies apply to pods: those of their namespace and of the root namespace, selected by labels.

Source: istio.io/latest/docs/reference/config/type/workload-selector and the reference of each kind of policy.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from discovery.connectors.kubernetes.mesh.pods import Pods

Item = TypeVar("Item", bound=Any)
Wanted = frozenset[tuple[str, str]]

TARGETS_AT_MOST = 100


def age(item: Any) -> tuple[str, str, str]:
    """The order in which objects of a kind count: the oldest first, then by name and namespace."""
    return item.metadata.creation_timestamp, item.metadata.name, item.metadata.namespace


def wanted_labels(item: Any) -> Wanted:
    selector = item.spec.selector if item.spec is not None else None
    return frozenset((selector.match_labels or {}).items()) if selector is not None else frozenset()


def targets(item: Any) -> list[Any]:
    """What a policy is attached to by name; then it does not apply to sidecars."""
    one, several = getattr(item.spec, "target_ref", None), getattr(item.spec, "target_refs", None)
    return [*([one] if one is not None else []), *(several or [])]


class _Shelf(Generic[Item]):
    """The policies of one namespace."""

    def __init__(self, items: Iterable[Item], wanted: Callable[[Item], Wanted]) -> None:
        self.general: list[Item] = []
        self.selective: dict[tuple[str, str], list[tuple[Wanted, Item]]] = {}
        self.attached: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in sorted(items, key=age):
            attachments, labels = targets(item), wanted(item)
            if attachments:
                for target in attachments[:TARGETS_AT_MOST]:
                    self.attached[target.kind, target.name].append(item)
            elif labels:
                self.selective.setdefault(min(labels), []).append((labels, item))
            else:
                self.general.append(item)

    def selecting(self, pods: Pods) -> list[Item]:
        if not self.selective:
            return []
        labels, table = pods.by_key.items(), self.selective
        found = [item for pair in pods.labels for wanted, item in table.get(pair, ()) if wanted <= labels]
        return sorted(found, key=age) if len(found) > 1 else found

    def may_select(self, pods: Pods) -> bool:
        known, labels = pods.by_key, pods.by_key.items()
        selectors = (wanted for entries in self.selective.values() for wanted, _item in entries)
        return any(
            not wanted <= labels and all(known.get(key, value) == value for key, value in wanted)
            for wanted in selectors
        )


class Policies(Generic[Item]):
    """The policies of one kind in the order in which they count; a namespace is looked at when it is asked for."""

    def __init__(
        self,
        load: Callable[[str], Iterable[Item]],
        root: str,
        wanted: Callable[[Item], Wanted] = wanted_labels,
    ) -> None:
        self.root = root
        self._load, self._wanted = load, wanted
        self._shelves: dict[str, _Shelf[Item]] = {}

    def _shelf(self, namespace: str) -> _Shelf[Item]:
        shelf = self._shelves.get(namespace)
        if shelf is None:
            shelf = self._shelves[namespace] = _Shelf(self._load(namespace), self._wanted)
        return shelf

    def general(self, namespace: str) -> list[Item]:
        """Those of a namespace that select nothing in particular."""
        return self._shelf(namespace).general

    def looked_at(self, namespace: str) -> Iterator[tuple[str, str]]:
        """Labels of which pods have at least one that any of a namespace, or of the root namespace, selects."""
        for at in {namespace, self.root}:
            yield from self._shelf(at).selective

    def selecting(self, namespace: str, pods: Pods) -> list[Item]:
        """Those of a namespace that select these pods by their labels."""
        return self._shelf(namespace).selecting(pods)

    def attached(self, namespace: str, kind: str, name: str) -> list[Item]:
        """Those of a namespace that name an object instead of labels."""
        return self._shelf(namespace).attached.get((kind, name), [])

    def of(self, namespace: str, pods: Pods) -> tuple[Item, ...]:
        """All that apply to the pods, those of the root namespace first."""
        found = [*self.general(namespace), *self.selecting(namespace, pods)]
        if namespace != self.root:
            found = [*self.general(self.root), *self.selecting(self.root, pods), *found]
        return tuple(found)

    def may_be_more(self, namespace: str, pods: Pods) -> bool:
        """Whether others could select pods of which not all labels are known."""
        return not pods.is_whole and any(self._shelf(at).may_select(pods) for at in {namespace, self.root})
