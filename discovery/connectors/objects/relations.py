"""What belongs together: the workloads behind a Service, and the addresses in front of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from discovery.connectors.base import EXPOSURES, Endpoint, Exposure, ExposureLevel, Problem, Workload
from discovery.connectors.objects.model import (
    IngressObject,
    Named,
    NamespaceObject,
    Pairs,
    Place,
    ServiceObject,
    WorkloadObject,
)
from discovery.connectors.objects.served import inside_addresses, opened_addresses, opened_scope

ENDPOINTS_AT_MOST = 200
WORKLOADS_AT_MOST = 100

#: The kind that the count of a Service's endpoints has among its workloads.
ENDPOINTS = "EndpointSlice"

#: The namespace and the name of a Service, and an address that leads to it.
Route = tuple[str, str, Endpoint]

_NOTHING: tuple[WorkloadObject, ...] = ()


class Relations:
    """The objects of a source, each once, with what is asked about them.

    Of several with one name the first counts, by the names of their files and their places in them, so that the order
    of reading does not matter. ``problems`` names those that differ.
    """

    def __init__(self, objects: list[Named], routes: Iterable[Route] = ()) -> None:
        self.problems: list[Problem] = []
        self.services: list[ServiceObject] = []
        self._namespaces: dict[str, NamespaceObject] = {}
        self._workloads: dict[tuple[str, str, str], list[WorkloadObject]] = defaultdict(list)
        self._routes: dict[tuple[str, str], list[Endpoint]] = defaultdict(list)
        for found in self._once(objects):
            if isinstance(found, ServiceObject):
                self.services.append(found)
            elif isinstance(found, WorkloadObject):
                self._place_workload(found)
            elif isinstance(found, IngressObject):
                self._place_routes(found)
            elif isinstance(found, NamespaceObject):
                self._namespaces[found.name] = found
        for namespace, service, endpoint in routes:
            self._routes[(namespace, service)].append(endpoint)

    def namespace(self, name: str) -> NamespaceObject | None:
        return self._namespaces.get(name)

    def workloads(self, service: ServiceObject) -> list[WorkloadObject]:
        """What the selector of the service matches in its namespace; a service without one has none."""
        return self.selected(service.namespace, service.selector)

    def selected(self, namespace: str, selector: Pairs) -> list[WorkloadObject]:
        """The workloads of a namespace whose pods have all of these labels; none for no label."""
        candidates = [self._workloads.get((namespace, *pair), _NOTHING) for pair in selector]
        if not candidates:
            return []
        wanted = set(selector)
        return [found for found in min(candidates, key=len) if wanted.issubset(found.pod_labels)]

    def exposure(self, service: ServiceObject) -> Exposure:
        """From where the service can be reached, as far as Services and Ingresses say."""
        own = (*opened_addresses(service), *inside_addresses(service))
        routes = self._routes.get((service.namespace, service.name), ())
        return exposure_of((*routes, *own), at_least=opened_scope(service))

    def _once(self, objects: list[Named]) -> Iterator[Named]:
        objects.sort(key=lambda found: (found.key, found.place))
        before: Named | None = None
        for found in objects:
            if before is not None and before.key == found.key:
                if before != found:
                    self.problems.append(_declared_twice(before, found))
                continue
            before = found
            yield found

    def _place_workload(self, workload: WorkloadObject) -> None:
        if not workload.selects_itself:
            path, document, line = workload.place
            message = f"The selector of {workload.kind} {workload.name} does not match the labels of its own pods."
            self.problems.append(Problem("selector-mismatch", message, "warning", path, document, line))
            return
        for pair in workload.pod_labels:
            self._workloads[(workload.namespace, *pair)].append(workload)

    def _place_routes(self, ingress: IngressObject) -> None:
        for host, path, service in ingress.routes:
            tls, by = has_certificate(host, ingress.tls), f"Ingress {ingress.name}"
            endpoint = Endpoint(host, path, tls, by, "inside" if ingress.is_internal else "internet")
            self._routes[(ingress.namespace, service)].append(endpoint)


def exposure_of(endpoints: Iterable[Endpoint], *, at_least: ExposureLevel = "inside") -> Exposure:
    """The most open scope that holds, and the addresses: each once, the most open first, as many as may be."""
    ordered = sorted(set(endpoints), key=_openness)[:ENDPOINTS_AT_MOST]
    level = ordered[0].scope if ordered else at_least
    return Exposure(max(level, at_least, key=EXPOSURES.index), tuple(ordered))


def _openness(one: Endpoint) -> tuple[int, str, str, str, bool, int, str]:
    return -EXPOSURES.index(one.scope), one.host, one.path, one.by, one.tls, one.port or 0, one.protocol


def as_workloads(objects: Iterable[WorkloadObject]) -> tuple[Workload, ...]:
    found = (Workload(item.kind, item.name, item.version, item.replicas, item.ready) for item in objects)
    return tuple(sorted(found, key=lambda workload: (workload.kind, workload.name)))[:WORKLOADS_AT_MOST]


def common_version(service: Named, workloads: tuple[Workload, ...], label: str) -> str:
    """What the label of the service says, else what all its workloads have in common, else nothing.

    The count of endpoints beside them is of no version.
    """
    said = dict(service.labels).get(label, "")
    versions = {workload.version for workload in workloads if workload.kind != ENDPOINTS}
    return said or (versions.pop() if len(versions) == 1 else "")


def has_certificate(host: str, tls: tuple[str, ...]) -> bool:
    """By its own name, by `*` for every host, or by `*.example.com`, which stands for one name before the dot."""
    first, _, rest = host.partition(".")
    return host in tls or "*" in tls or (bool(first and rest) and f"*.{rest}" in tls)


def _declared_twice(kept: Named, other: Named) -> Problem:
    path, document, line = other.place
    message = (
        f"{other.kind} {other.name} is declared with other contents in {_spoken(kept.place)} and in "
        f"{_spoken(other.place)}; the first counts."
    )
    return Problem("declared-twice", message, "warning", path, document, line)


def _spoken(place: Place) -> str:
    path, document, line = place
    return f"{path}, document {document}, line {line}"
