"""Discovered services: as they are answered, and what may be decided about them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.actor import Actor
from catalog.models import ServiceKind, Visibility
from catalog.querysets import is_visible, may_know
from common.rest.serializers import InputSerializer
from discovery.connectors.base import CALLERS, EXPOSURES, MESH_STATES, MTLS_MODES, Endpoint
from discovery.deciding import AT_MOST
from discovery.models import (
    DiscoveredService,
    DiscoveredSpecification,
    FetchOutcome,
    SpecificationOutcome,
    State,
    Tombstone,
    Verdict,
)
from discovery.queries.drift import drift_shown
from discovery.rest.serializers.values import ChoiceOrNull, SlugOf


@extend_schema_field({"type": ["string", "null"]})
class KnownEntry(serializers.Field):
    """The slug of a service or API of the catalog; null when there is none that the caller may know of."""

    def to_representation(self, entry: Any) -> str | None:
        return entry.slug if is_visible(self.context["request"].actor, entry) else None


class Proposal(serializers.Serializer):
    """What publishing would set."""

    kind = serializers.ChoiceField(ServiceKind.choices, source="proposed_kind")
    owner = SlugOf(source="proposed_owner")
    domain = SlugOf(source="proposed_domain")
    system = SlugOf(source="proposed_system")
    visibility = serializers.ChoiceField(Visibility.choices, source="proposed_visibility")


class FullProposal(Proposal):
    """What publishing would set, why, and what a person set by hand instead."""

    title = serializers.CharField(source="proposed_title")
    description = serializers.CharField(source="proposed_description")
    reasons = serializers.DictField(child=serializers.CharField())
    chosen = serializers.DictField(child=serializers.CharField(allow_blank=True))
    rule = serializers.CharField(
        source="rule.name", default=None, allow_null=True, help_text="The publication rule that has a say."
    )


class DiscoveredServiceSummary(serializers.Serializer):
    """One service as one source found it. `kind` is the place's own word, such as Service."""

    id = serializers.IntegerField()
    source = serializers.CharField(source="source.name")
    name = serializers.CharField()
    namespace = serializers.CharField()
    cluster = serializers.CharField()
    environment = serializers.CharField(source="environment.slug")
    kind = serializers.CharField(source="object_kind")
    state = serializers.ChoiceField(State.choices)
    exposure = serializers.ChoiceField(EXPOSURES)
    mesh = ChoiceOrNull([(word, word) for word in MESH_STATES], help_text="Null when that is not known.")
    mtls = ChoiceOrNull(
        [(word, word) for word in MTLS_MODES],
        help_text="The mode in force; mixed when ports differ; null when it is not known or not evaluated.",
    )
    callers = ChoiceOrNull(
        [(word, word) for word in CALLERS],
        help_text="Whom the policies let in; null when it is not known or not evaluated.",
    )
    is_open = serializers.BooleanField(
        allow_null=True,
        help_text="Reached from the internet with nothing on the way that requires authentication; null: not known.",
    )
    first_seen = serializers.DateTimeField(source="first_seen_at")
    last_seen = serializers.DateTimeField(allow_null=True)
    service = KnownEntry(help_text="The catalog service that it is.")
    proposal = Proposal(source="*")


def discovered_summary(row: Any, actor: Actor) -> dict[str, Any]:
    """As ``DiscoveredServiceSummary`` describes it, of a row of ``discovery.queries.inbox.plain``.

    Plain values: fifty rows through a serializer's fields cost more than the query that found them.
    """
    is_known = row.service__slug is not None and may_know(actor, row.service__visibility, row.service__owner_id)
    return {
        "id": row.id,
        "source": row.source__name,
        "name": row.name,
        "namespace": row.namespace,
        "cluster": row.cluster,
        "environment": row.environment__slug,
        "kind": row.object_kind,
        "state": row.state,
        "exposure": row.exposure,
        "mesh": row.mesh or None,
        "mtls": row.mtls or None,
        "callers": row.callers or None,
        "is_open": row.is_open,
        "first_seen": row.first_seen_at,
        "last_seen": row.last_seen,
        "service": row.service__slug if is_known else None,
        "proposal": {
            "kind": row.proposed_kind,
            "owner": row.proposed_owner__slug,
            "domain": row.proposed_domain__slug,
            "system": row.proposed_system__slug,
            "visibility": row.proposed_visibility,
        },
    }


class PortDetail(serializers.Serializer):
    number = serializers.IntegerField()
    name = serializers.CharField()
    protocol = serializers.CharField()


class WorkloadDetail(serializers.Serializer):
    """What stands behind the service; counts that are not known are null."""

    kind = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()
    replicas = serializers.IntegerField(allow_null=True)
    ready = serializers.IntegerField(allow_null=True)


class EndpointDetail(serializers.Serializer):
    """An address under which the service can be reached; `by` names the object that makes it so."""

    url = serializers.SerializerMethodField(help_text="The address as one writes it.")
    scope = serializers.CharField(default="internet", help_text="From where: `internet`, `mesh` or `inside`.")
    protocol = serializers.CharField(default="http", help_text="`http`, `grpc` or `tcp`, which is everything else.")
    host = serializers.CharField()
    port = serializers.IntegerField(default=None, allow_null=True, help_text="Nothing for the usual one.")
    path = serializers.CharField()
    tls = serializers.BooleanField()
    by = serializers.CharField()

    def get_url(self, endpoint: dict[str, Any]) -> str:
        return Endpoint(**endpoint).url


class PostureFactDetail(serializers.Serializer):
    """One thing that the mesh enforces; `by` names the object that it comes from, nothing for a default."""

    topic = serializers.CharField(
        help_text="`mesh`, `mtls`, `callers`, `authentication`, `exposure`, `timeout`, `retries`, `outliers`, `limits` "
        "or `traffic`."
    )
    text = serializers.CharField()
    by = serializers.CharField()
    severity = serializers.ChoiceField(["info", "warning", "error"])


class ClaimDetail(serializers.Serializer):
    """What the place says of a field of the catalog, and where it says so."""

    field = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.CharField()


class Facts(serializers.Serializer):
    """What was seen."""

    labels = serializers.DictField(child=serializers.CharField(allow_blank=True), default=dict)
    annotations = serializers.DictField(child=serializers.CharField(allow_blank=True), default=dict)
    ports = PortDetail(many=True, default=list)
    workloads = WorkloadDetail(many=True, default=list)
    endpoints = EndpointDetail(many=True, default=list)
    posture = PostureFactDetail(many=True, default=list)
    claims = ClaimDetail(many=True, default=list)
    place = serializers.CharField(default="", allow_blank=True)


class FoundDocument(serializers.ModelSerializer):
    """The document that was found."""

    class Meta:
        model = DiscoveredSpecification
        fields = ["sha256", "size", "media_type"]


class Tried(serializers.Serializer):
    """One place that was asked, and what came of it."""

    what = serializers.CharField()
    outcome = serializers.CharField()


class LookedFor(serializers.Serializer):
    """The last look for the specification that the running service gives of itself. `due` is null when nothing is to
    be asked until something changes."""

    outcome = ChoiceOrNull(FetchOutcome.choices)
    note = serializers.CharField()
    place = serializers.CharField(help_text="Where it was found, without a query.")
    checked = serializers.DateTimeField(source="checked_at", allow_null=True)
    found = serializers.DateTimeField(source="found_at", allow_null=True)
    due = serializers.DateTimeField(source="due_at", allow_null=True)
    tried = Tried(many=True)


class ChangedOperation(serializers.Serializer):
    """An operation with the parts of it that differ."""

    operation = serializers.CharField()
    parts = serializers.ListField(child=serializers.CharField())


class DriftDetails(serializers.Serializer):
    """What differs by name, at most fifty of each."""

    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())
    changed = ChangedOperation(many=True)
    other = serializers.ListField(child=serializers.CharField())


class DriftDetail(serializers.Serializer):
    """How the document of the service differs from the published version that it is held against."""

    api = serializers.CharField(source="version.api.slug")
    version = serializers.CharField(source="version.name")
    running = serializers.CharField(help_text="The version that the document states.")
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()
    other = serializers.IntegerField()
    details = DriftDetails()
    draft = serializers.CharField(
        source="draft.name", default=None, allow_null=True, help_text="The draft version that a rule made of it."
    )
    since = serializers.DateTimeField()


class FoundSpecification(serializers.Serializer):
    """The specification beside the service, what became of it, and the version it was published as."""

    outcome = ChoiceOrNull(SpecificationOutcome.choices, source="specification_outcome")
    note = serializers.CharField(source="specification_note")
    place = serializers.CharField(source="specification_place")
    document = FoundDocument(source="specification", allow_null=True)
    api = KnownEntry(source="specification_version.api", default=None)
    version = serializers.SerializerMethodField()
    fetch = LookedFor(default=None, allow_null=True)
    drift = serializers.SerializerMethodField()

    @extend_schema_field(DriftDetail(allow_null=True))
    def get_drift(self, row: DiscoveredService) -> dict[str, Any] | None:
        drift = drift_shown(row, self.context["request"].actor)
        return DriftDetail(drift).data if drift is not None else None

    def get_version(self, row: DiscoveredService) -> str | None:
        version = row.specification_version
        known = version is not None and is_visible(self.context["request"].actor, version.api)
        return version.name if known else None


class Decision(serializers.ModelSerializer):
    """What a person decided, which no run overrides until a person lifts it."""

    verdict = serializers.ChoiceField(Verdict.choices)
    service = KnownEntry()

    class Meta:
        model = Tombstone
        fields = ["verdict", "service", "reason", "decided_by", "decided_at", "lifted_by", "lifted_at"]


class DiscoveredServiceDetail(DiscoveredServiceSummary):
    """Everything that is known of a discovered service."""

    key = serializers.CharField(help_text="Its name within the source.")
    identity = serializers.CharField(help_text="What it keeps when it is renamed or moved; may be empty.")
    version = serializers.CharField()
    match_reason = serializers.SerializerMethodField(
        help_text="Why it is the service it is; empty when the caller may not know of that one."
    )
    is_pinned = serializers.BooleanField(help_text="A person said which service it is.")
    is_pending = serializers.BooleanField(help_text="A rule wants it published, and that is about to happen.")
    is_held = serializers.BooleanField(source="hold", help_text="Part of a loss that waits for a person or was denied.")
    changed_at = serializers.DateTimeField()
    missing_since = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    facts = Facts()
    proposal = FullProposal(source="*")
    specification = FoundSpecification(source="*")
    decisions = Decision(many=True, source="tombstones", help_text="The latest first.")

    def get_match_reason(self, row: DiscoveredService) -> str:
        """It may name the system or the domain of the service."""
        known = row.service is None or is_visible(self.context["request"].actor, row.service)
        return row.match_reason if known else ""


class ProposalInput(InputSerializer):
    """Instead of what is proposed. An empty value says that there is none; null takes the choice back."""

    kind = serializers.ChoiceField(ServiceKind.choices, required=False, allow_null=True)
    owner = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    domain = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    system = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    visibility = serializers.ChoiceField(Visibility.choices, required=False, allow_null=True)


class PublishDiscoveredInput(ProposalInput):
    """What is left out or null is published as proposed. With `owner` null also what nobody owns is published, with an
    empty one nobody will own it."""


class ReasonInput(InputSerializer):
    reason = serializers.CharField(max_length=500)


class MergeInput(InputSerializer):
    service = serializers.CharField(max_length=100, help_text="The slug of the catalog service that it is.")


class IdsInput(InputSerializer):
    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=AT_MOST)


class PublishManyInput(PublishDiscoveredInput, IdsInput):
    """Several at once, all or none."""


class IgnoreManyInput(ReasonInput, IdsInput):
    """Several at once, all or none."""


class Published(serializers.Serializer):
    """What publishing did: catalog services that were made, and those that run in one more place now."""

    published = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of discovered services.")
    created = serializers.ListField(child=serializers.CharField(), help_text="Slugs of services.")
    linked = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of services, of those that the caller may know of."
    )


class Ignored(serializers.Serializer):
    """What was not ignored before."""

    ignored = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of discovered services.")
