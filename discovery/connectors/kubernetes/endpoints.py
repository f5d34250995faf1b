"""How many endpoints stand behind Services, whatever makes them.

«EndpointSlices», kubernetes.io/docs/concepts/services-networking/endpoint-slices: a Service may have several slices,
one endpoint may be in more than one of them while they change, and addresses of both families are in slices of their
own. Unknown readiness means ready, and what terminates does not count.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from discovery.connectors.base import Workload
from discovery.connectors.kubernetes.items import EndpointSliceItem, SliceEndpoint
from discovery.connectors.objects.relations import ENDPOINTS

_SERVICE_NAME = "kubernetes.io/service-name"


class Slice(NamedTuple):
    """What counts of a slice: its endpoints by address with whether they are ready."""

    namespace: str
    service: str
    family: str
    endpoints: tuple[tuple[str, bool], ...]


def cut_slice(item: EndpointSliceItem) -> Slice | None:
    """What counts of a slice; nothing when it belongs to no Service."""
    service = (item.metadata.labels or {}).get(_SERVICE_NAME)
    if not service:
        return None
    name = item.metadata.name
    staying = [one for one in item.endpoints or () if one.conditions is None or not one.conditions.terminating]
    endpoints = tuple((_address(one, f"{name}/{number}"), _is_ready(one)) for number, one in enumerate(staying))
    return Slice(item.metadata.namespace, service, item.address_type, endpoints)


def _address(endpoint: SliceEndpoint, otherwise: str) -> str:
    """Its addresses stand for the same, so the first is enough to know it by."""
    return endpoint.addresses[0] if endpoint.addresses else otherwise


def _is_ready(endpoint: SliceEndpoint) -> bool:
    return endpoint.conditions is None or endpoint.conditions.ready is not False


class Endpoints:
    """The endpoints of each Service. One with addresses of both families is known by both."""

    def __init__(self, slices: Iterable[Slice]) -> None:
        self._slices: dict[tuple[str, str], list[Slice]] = defaultdict(list)
        for one in slices:
            self._slices[one.namespace, one.service].append(one)

    def count(self, namespace: str, service: str) -> tuple[int, int] | None:
        """How many there are and how many of them are ready, in the family with more; ``None`` without a slice."""
        families: dict[str, dict[str, bool]] = defaultdict(dict)
        for one in self._slices.get((namespace, service), ()):
            known = families[one.family]
            for address, is_ready in one.endpoints:
                known[address] = known.get(address, False) or is_ready
        return max(((len(known), sum(known.values())) for known in families.values()), default=None)

    def behind(self, namespace: str, service: str) -> tuple[Workload, ...]:
        """One workload of kind EndpointSlice, or none when nothing stands behind the Service."""
        total, ready = self.count(namespace, service) or (0, 0)
        return (Workload(ENDPOINTS, service, replicas=total, ready=ready),) if total else ()

    def beside(self, namespace: str, service: str, known: tuple[Workload, ...]) -> tuple[Workload, ...]:
        """The same when the known workloads count another number of ready ones than there are ready endpoints."""
        counted = self.count(namespace, service)
        ready = [one.ready for one in known]
        if counted is None or None in ready or sum(one or 0 for one in ready) == counted[1]:
            return ()
        return (Workload(ENDPOINTS, service, replicas=counted[0], ready=counted[1]),)
