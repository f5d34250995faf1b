"""How many endpoints stand behind Services that no known workload stands behind."""

from collections import defaultdict
from collections.abc import Iterable

from discovery.connectors.base import Workload
from discovery.connectors.kubernetes.items import EndpointSliceItem

_SERVICE_NAME = "kubernetes.io/service-name"
#: Namespace, Service, address family, endpoints, those of them that are ready.
Slice = tuple[str, str, str, int, int]


def cut_slice(item: EndpointSliceItem) -> Slice | None:
    """What counts of a slice; nothing when it belongs to no Service. Unknown readiness means ready, as the API says."""
    service = (item.metadata.labels or {}).get(_SERVICE_NAME)
    if not service:
        return None
    endpoints = item.endpoints or ()
    ready = sum(one.conditions is None or one.conditions.ready is not False for one in endpoints)
    return item.metadata.namespace, service, item.address_type, len(endpoints), ready


class Endpoints:
    """The endpoints of each Service. One with addresses of both families has its endpoints in two slices."""

    def __init__(self, slices: Iterable[Slice]) -> None:
        self._counts: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
        for namespace, service, family, total, ready in slices:
            families = self._counts[(namespace, service)]
            before = families.get(family, (0, 0))
            families[family] = before[0] + total, before[1] + ready

    def behind(self, namespace: str, service: str) -> tuple[Workload, ...]:
        """One workload of kind EndpointSlice, or none when nothing stands behind the Service."""
        total, ready = max(self._counts.get((namespace, service), {}).values(), default=(0, 0))
        return (Workload("EndpointSlice", service, replicas=total, ready=ready),) if total else ()
