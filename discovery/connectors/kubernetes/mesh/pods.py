"""The pods behind a Service as policies select them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery.connectors.objects.model import ORDINARY, Pairs, PodTraits, ServiceObject, WorkloadObject

#: Workloads with the same labels count once, so few Services have more.
PODS_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods that look alike. Without ``is_whole`` they have at least these labels, and nobody knows which others."""

    labels: Pairs
    traits: PodTraits = ORDINARY
    name: str = ""
    is_whole: bool = True
    by_key: Mapping[str, str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", dict(self.labels))

    def port(self, target: int | str) -> int | None:
        """The number of a port that a Service names; unknown when no container has that name."""
        return target if type(target) is int else dict(self.traits.ports).get(target)  # type: ignore[call-overload]


def pods_of(service: ServiceObject, workloads: list[WorkloadObject]) -> tuple[Pods, ...]:
    """One for each kind of pod behind the Service; without a known workload, what its selector says of them."""
    if not workloads:
        return (Pods(service.selector, is_whole=False),) if service.selector else ()
    if len(workloads) == 1:
        only = workloads[0]
        return (Pods(only.pod_labels, only.traits, f"{only.kind} {only.name}"),)
    found = {}
    for workload in sorted(workloads, key=lambda one: one.key):
        found.setdefault((workload.pod_labels, workload.traits), workload)
    return tuple(
        Pods(one.pod_labels, one.traits, f"{one.kind} {one.name}") for one in list(found.values())[:PODS_AT_MOST]
    )
