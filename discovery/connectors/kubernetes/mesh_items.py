"""The objects of Istio that say how traffic inside the mesh is protected and led, as far as they are read."""

from typing import Any

import msgspec

from discovery.connectors.kubernetes.items import Condition, Metadata, Part


class DatedMetadata(Metadata):
    """With the moment at which the object was made: of several that contradict each other the oldest counts."""

    creation_timestamp: str = ""


class Selector(Part):
    match_labels: dict[str, str] | None = None


class WorkloadSelector(Part):
    """A Sidecar names its labels directly."""

    labels: dict[str, str] | None = None


class TargetReference(Part):
    """To what a policy is attached instead of by labels: a Service, a Gateway, a ServiceEntry."""

    group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


class MutualTLS(Part):
    mode: str = ""


class PeerAuthenticationSpec(Part):
    selector: Selector | None = None
    mtls: MutualTLS | None = None
    port_level_mtls: dict[str, MutualTLS] | None = msgspec.field(default=None, name="portLevelMtls")


class PeerAuthenticationItem(Part):
    metadata: DatedMetadata
    spec: PeerAuthenticationSpec | None = None


class JWTRule(Part):
    issuer: str = ""
    presence: str = ""


class RequestAuthenticationSpec(Part):
    selector: Selector | None = None
    target_ref: TargetReference | None = None
    target_refs: list[TargetReference] | None = None
    jwt_rules: list[JWTRule] | None = None


class RequestAuthenticationItem(Part):
    metadata: DatedMetadata
    spec: RequestAuthenticationSpec | None = None


class Provider(Part):
    name: str = ""


class AuthorizationPolicySpec(Part):
    """``rules`` is absent for a policy that matches nothing, and holds an empty rule for one that matches all."""

    selector: Selector | None = None
    target_ref: TargetReference | None = None
    target_refs: list[TargetReference] | None = None
    action: str = ""
    provider: Provider | None = None
    rules: list[dict[str, Any]] | None = None


class AuthorizationPolicyItem(Part):
    metadata: DatedMetadata
    spec: AuthorizationPolicySpec | None = None


class DestinationRuleSpec(Part):
    host: str = ""
    traffic_policy: dict[str, Any] | None = None
    subsets: list[dict[str, Any]] | None = None
    export_to: list[str] | None = None
    workload_selector: Selector | None = None


class DestinationRuleItem(Part):
    metadata: DatedMetadata
    spec: DestinationRuleSpec | None = None


class OutboundTrafficPolicy(Part):
    mode: str = ""


class SidecarSpec(Part):
    workload_selector: WorkloadSelector | None = None
    ingress: list[dict[str, Any]] | None = None
    egress: list[dict[str, Any]] | None = None
    outbound_traffic_policy: OutboundTrafficPolicy | None = None


class SidecarItem(Part):
    metadata: DatedMetadata
    spec: SidecarSpec | None = None


class EntryPort(Part):
    number: int = 0
    name: str = ""
    protocol: str = ""


class WorkloadEntrySpec(Part):
    address: str = ""
    labels: dict[str, str] | None = None
    ports: dict[str, int] | None = None
    service_account: str = ""


class WorkloadEntryStatus(Part):
    conditions: list[Condition] | None = None


class WorkloadEntryItem(Part):
    metadata: Metadata
    spec: WorkloadEntrySpec | None = None
    status: WorkloadEntryStatus | None = None


class EntrySelector(Part):
    labels: dict[str, str] | None = None


class ServiceEntrySpec(Part):
    hosts: list[str] | None = None
    ports: list[EntryPort] | None = None
    location: str = ""
    resolution: str = ""
    endpoints: list[WorkloadEntrySpec] | None = None
    workload_selector: EntrySelector | None = None
    export_to: list[str] | None = None


class ServiceEntryItem(Part):
    metadata: Metadata
    spec: ServiceEntrySpec | None = None
