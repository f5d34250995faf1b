"""From a Service with what belongs to it to what a run says of it, wherever the objects were read."""

from discovery.connectors.base import Exposure, FoundSpecification, Observation, Posture, Workload
from discovery.connectors.objects.claims import claims_of, claims_of_type, identity_of
from discovery.connectors.objects.model import NamespaceObject, ServiceObject, WorkloadObject
from discovery.connectors.objects.readers import VERSION
from discovery.connectors.objects.relations import common_version

#: Of files nobody can say what a mesh does with them.
_NO_POSTURE = Posture()


def observation_of(
    cluster: str,
    service: ServiceObject,
    behind: list[WorkloadObject],
    namespace: NamespaceObject | None,
    *,
    workloads: tuple[Workload, ...] | None,
    exposure: Exposure | None,
    posture: Posture | None = _NO_POSTURE,
    specification: FoundSpecification | None = None,
    specification_read: bool = False,
    namespaces_read: bool = True,
) -> Observation:
    """The observation; the parts that could not be read are the caller's to leave out.

    ``behind`` are the workloads that its selector matches. Unless the namespaces were read, what a namespace that is
    not known says of the service is unread.
    """
    return Observation(
        key=f"{cluster}/{service.namespace}/{service.kind}/{service.name}",
        kind=service.kind,
        name=service.name,
        namespace=service.namespace,
        cluster=cluster,
        uid=service.uid,
        identity=identity_of(service),
        version=common_version(service, workloads or (), VERSION),
        labels=dict(service.labels),
        annotations=dict(service.annotations),
        ports=service.ports,
        workloads=workloads,
        exposure=exposure,
        posture=posture,
        claims=claims_of(service, behind, namespace, *claims_of_type(service)),
        unread_claims=() if namespaces_read or namespace is not None else (f"namespace {service.namespace}",),
        specification=specification,
        specification_read=specification_read,
        place=service.place[0],
    )
