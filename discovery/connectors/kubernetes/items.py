"""The objects of an API server as far as they are read: every field that is not named here is never decoded.

So environment variables, arguments, what was last applied and who manages which field do not even become values.
"""

from typing import Any, Generic, TypeVar

import msgspec

from discovery.connectors.objects.kept import ANNOTATIONS
from discovery.connectors.objects.readers import INTERNAL, INTERNAL_INGRESS

Item = TypeVar("Item")


class Part(msgspec.Struct, rename="camel", omit_defaults=True):
    """Something that may be absent as a whole and in parts."""


_READ = sorted(ANNOTATIONS | INTERNAL.keys() | INTERNAL_INGRESS.keys())
Annotations = msgspec.defstruct(
    "Annotations",
    [(f"field_{number}", str, "") for number in range(len(_READ))],
    rename={f"field_{number}": key for number, key in enumerate(_READ)},
    omit_defaults=True,
)


class Metadata(Part):
    name: str
    namespace: str = ""
    uid: str = ""
    labels: dict[str, str] | None = None
    annotations: Annotations | None = None  # type: ignore[valid-type]


class Condition(Part):
    type: str = ""
    status: str = ""
    reason: str = ""


class NamespaceItem(Part):
    metadata: Metadata


class ServicePort(Part, frozen=True):
    port: int
    name: str = ""
    protocol: str = ""
    app_protocol: str = ""
    node_port: int = 0
    target_port: int | str = 0


class ServiceSpec(Part):
    type: str = ""
    selector: dict[str, str] | None = None
    ports: tuple[ServicePort, ...] | None = None
    external_name: str = ""
    load_balancer_ip: str = msgspec.field(default="", name="loadBalancerIP")
    external_ips: list[str] | None = msgspec.field(default=None, name="externalIPs")


class Balancer(Part):
    ip: str = ""
    hostname: str = ""


class Balancers(Part):
    ingress: list[Balancer] | None = None


class ServiceStatus(Part):
    load_balancer: Balancers | None = None


class ServiceItem(Part):
    metadata: Metadata
    spec: ServiceSpec | None = None
    status: ServiceStatus | None = None


class PodAnnotations(Part):
    inject: str = msgspec.field(default="", name="sidecar.istio.io/inject")
    status: str = msgspec.field(default="", name="sidecar.istio.io/status")


class PodMetadata(Part):
    labels: dict[str, str] | None = None
    annotations: PodAnnotations | None = None


class ContainerPort(Part):
    name: str = ""
    container_port: int = 0
    host_port: int = 0


class Container(Part):
    name: str = ""
    image: str = ""
    ports: list[ContainerPort] | None = None


class ContainerName(Part):
    name: str = ""


class PodSpec(Part):
    host_network: bool = False
    containers: list[Container] | None = None
    init_containers: list[ContainerName] | None = None
    service_account_name: str = ""


class PodTemplate(Part):
    metadata: PodMetadata | None = None
    spec: PodSpec | None = None


class WorkloadSpec(Part):
    replicas: int | None = None
    selector: dict[str, Any] | None = None
    template: PodTemplate | None = None


class WorkloadStatus(Part):
    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    number_ready: int = 0
    desired_number_scheduled: int = 0


class WorkloadItem(Part):
    metadata: Metadata
    spec: WorkloadSpec | None = None
    status: WorkloadStatus | None = None


class IngressItem(Part):
    metadata: Metadata
    spec: dict[str, Any] | None = None


class Conditions(Part):
    ready: bool | None = None
    terminating: bool | None = None


class SliceEndpoint(Part):
    addresses: list[str] | None = None
    conditions: Conditions | None = None


class EndpointSliceItem(Part):
    metadata: Metadata
    address_type: str = ""
    endpoints: list[SliceEndpoint] | None = None


class ListMetadata(Part):
    resource_version: str = ""
    continue_: str = msgspec.field(default="", name="continue")
    remaining_item_count: int = 0


class Page(Part, Generic[Item]):
    """One page of a list. Each of its fields must be there: what is no list must not pass for an empty one."""

    kind: str
    metadata: ListMetadata
    items: list[Item] | None
