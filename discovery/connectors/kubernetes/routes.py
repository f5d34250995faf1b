"""The addresses that Gateway API and Istio lead to Services, from outside and inside the mesh. Pure.

An address exists where a route and a gateway that it names both allow its host. What depends on something that was not
read leads nobody knows where: what it leads to is *unclear* and not closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery.connectors.base import Endpoint
from discovery.connectors.kubernetes.fronts import Fronts
from discovery.connectors.kubernetes.grants import Grants
from discovery.connectors.objects.model import Pairs
from discovery.connectors.objects.relations import Route

#: How many addresses one route is followed to through one gateway; of what it leads to, fewer are kept.
LEADS_AT_MOST = 5000


@dataclass(slots=True)
class Routes:
    """``found`` are the routes to Services, ``unclear`` the Services that something unread leads to.

    ``to_hosts`` are addresses that lead to a host of a ServiceEntry.
    """

    found: list[Route] = field(default_factory=list)
    unclear: set[tuple[str, str]] = field(default_factory=set)
    to_hosts: list[tuple[str, Endpoint]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """What decides about routes besides themselves.

    ``labels`` has those of each namespace that was read. ``read`` are the namespaces whose gateways are known, empty
    for all; ``concerned`` those whose Services are asked about, ``None`` for all. ``entry_hosts`` belong to
    ServiceEntries.
    """

    fronts: Fronts
    grants: Grants
    labels: Mapping[str, Pairs] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    concerned: frozenset[str] | None = None
    entry_hosts: frozenset[str] = frozenset()

    def is_read(self, namespace: str) -> bool:
        return not self.read or namespace in self.read

    def concerns(self, namespace: str) -> bool:
        return self.concerned is None or namespace in self.concerned
