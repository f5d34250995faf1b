"""Which references to objects of other namespaces those namespaces allow.

«ReferenceGrant», gateway-api.sigs.k8s.io/api-types/referencegrant: a reference to another namespace counts only where a
grant of that namespace allows it; within a namespace none is needed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from discovery.connectors.kubernetes.route_items import ReferenceGrantItem

GATEWAY_API = "gateway.networking.k8s.io"


class Grants:
    """``are_read`` says of a namespace whether all of its grants are known."""

    def __init__(self, items: Iterable[ReferenceGrantItem], are_read: Callable[[str], bool]) -> None:
        self._are_read = are_read
        self._allowed: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
        for item in items:
            if item.spec is None:
                continue
            for one in item.spec.from_ or ():
                for to in item.spec.to or ():
                    if one.group == GATEWAY_API and to.group == "":
                        place = (one.kind, one.namespace, to.kind, item.metadata.namespace)
                        self._allowed[place].add(to.name or "*")

    def allows(self, kind: str, here: str, to_kind: str, there: str, name: str) -> bool | None:
        """Whether an object of Gateway API of this kind may refer from here to that object; ``None``: not known."""
        if here == there or not self._allowed.get((kind, here, to_kind, there), set()).isdisjoint(("*", name)):
            return True
        return False if self._are_read(there) else None
