"""What objects say of the catalog's fields, and by what a service is known when it changes its name."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from discovery.connectors.base import CLAIM_FIELDS, Claim, ClaimField
from discovery.connectors.objects.kept import KUBERNETES_ID, OWN
from discovery.connectors.objects.model import Named, NamespaceObject, ServiceObject, WorkloadObject

PART_OF = "app.kubernetes.io/part-of"
NAME = "app.kubernetes.io/name"
INSTANCE = "app.kubernetes.io/instance"

_CLAIMED: dict[str, ClaimField] = {OWN + name: name for name in CLAIM_FIELDS}
_SLUGS: frozenset[ClaimField] = frozenset({"owner", "domain", "system", "kind"})
_OF_A_NAMESPACE: frozenset[ClaimField] = frozenset({"owner", "domain", "system"})
_NOT_IN_SLUG = re.compile(r"[^a-z0-9._-]+")
_IN_THE_CLUSTER = re.compile(r".*[.]svc(?:[.].*)?")


def claims_of(
    service: Named, workloads: Iterable[WorkloadObject], namespace: NamespaceObject | None, *more: Claim
) -> tuple[Claim, ...]:
    """One claim for each field that something is said of: the service itself first, then ``more`` of its kind, then
    its workloads, then its namespace.
    """
    behind = sorted(workloads, key=lambda workload: workload.key)
    found: dict[ClaimField, Claim] = {}
    for claim in _in_order(service, behind, namespace, more):
        if claim.value:
            found.setdefault(claim.field, claim)
    return tuple(found[name] for name in CLAIM_FIELDS if name in found)


def _in_order(
    service: Named, behind: list[WorkloadObject], namespace: NamespaceObject | None, more: tuple[Claim, ...]
) -> Iterator[Claim]:
    yield from _annotated(service, CLAIM_FIELDS, "")
    yield from _part_of(service, "")
    yield from more
    for workload in behind:
        if workload.annotations or workload.labels:
            of = f" of {workload.kind} {workload.name}"
            yield from _annotated(workload, CLAIM_FIELDS, of)
            yield from _part_of(workload, of)
    if namespace is not None:
        yield from _annotated(namespace, _OF_A_NAMESPACE, f" of namespace {namespace.name}")


def claims_of_type(service: ServiceObject) -> tuple[Claim, ...]:
    """An alias of something outside of the cluster is somebody else's software."""
    if service.type == "ExternalName" and not _IN_THE_CLUSTER.fullmatch(service.external_name):
        return (Claim("kind", "saas", "Service type ExternalName"),)
    return ()


def _annotated(found: Named, fields: Collection[ClaimField], of: str) -> Iterator[Claim]:
    for key, value in found.annotations:
        name = _CLAIMED.get(key)
        if name in fields:
            yield Claim(name, as_slug(value) if name in _SLUGS else value, f"annotation {key}{of}")


def _part_of(found: Named, of: str) -> Iterator[Claim]:
    value = dict(found.labels).get(PART_OF)
    if value is not None:
        yield Claim("system", as_slug(value), f"label {PART_OF}{of}")


@lru_cache(maxsize=1024)
def as_slug(value: str) -> str:
    """The slug that a text means. «group:default/cards» is Backstage's way to write «cards»."""
    last = value.rpartition("/")[2].rpartition(":")[2].strip().lower()
    return _NOT_IN_SLUG.sub("-", last).strip("._-")[:100].rstrip("._-")


def identity_of(service: Named) -> str | None:
    """What names the software whatever it is called: Backstage's id, else the recommended labels.

    ``None`` when neither is there. The instance counts when it is not the name said again.
    """
    labels = dict(service.labels)
    told = dict(service.annotations).get(KUBERNETES_ID) or labels.get(KUBERNETES_ID)
    if told:
        return told
    name, instance = labels.get(NAME), labels.get(INSTANCE)
    if not name:
        return None
    return name if not instance or instance == name else f"{name}/{instance}"
