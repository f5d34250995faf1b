"""Versions, their documents, operations and instances as they are answered."""

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.addresses import api_page, operation_page
from catalog.models import APIInstance, APIVersion, Lifecycle, Operation, Specification
from catalog.questions import drift_of
from catalog.rest.serializers.people import KnownToPeople
from catalog.usecases.publish_version import PublishResult


class FindingValue(serializers.Serializer):
    """What was found in a document, with its place: a JSON pointer (RFC 6901), line and column from 1."""

    severity = serializers.ChoiceField(["error", "warning", "info"])
    rule = serializers.CharField()
    message = serializers.CharField()
    pointer = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)


class SpecificationValue(serializers.ModelSerializer):
    class Meta:
        model = Specification
        fields = ["sha256", "size", "media_type"]


class InstanceDetail(serializers.ModelSerializer):
    """Where a version can be reached."""

    environment = serializers.CharField(source="environment.slug")

    class Meta:
        model = APIInstance
        fields = ["environment", "url"]


class VersionSummary(serializers.Serializer):
    """One version of an API."""

    name = serializers.CharField()
    lifecycle = serializers.ChoiceField(Lifecycle.choices)
    format = serializers.CharField()
    format_version = serializers.CharField()
    operation_count = serializers.IntegerField()
    warning_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    created_by = KnownToPeople()
    published_at = serializers.DateTimeField(allow_null=True)
    deprecated_at = serializers.DateTimeField(allow_null=True)
    sunset = serializers.DateField(source="sunset_on", allow_null=True)
    successor = serializers.SerializerMethodField(help_text="A version of the same API, or `api/version`.")
    retired_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField(help_text="Its page.")

    def get_successor(self, version: APIVersion) -> str | None:
        successor = version.successor
        if successor is None or not version.may_see_successor:
            return None
        return successor.name if successor.api_id == version.api_id else f"{successor.api.slug}/{successor.name}"

    def get_url(self, version: APIVersion) -> str:
        return settings.PORTICO_URL + api_page(version.api.slug, version.name)


@extend_schema_field(OpenApiTypes.OBJECT)
class JSONObject(serializers.JSONField):
    """An object as the specification's format module made it."""


class DriftValue(serializers.Serializer):
    """A place where a service runs with another document than this version's. Counts are of operations; `other` of
    other parts, `running` the version that the document states, `draft` the draft version that it was published as."""

    environment = serializers.CharField()
    service = serializers.CharField(help_text="A slug; empty for a service that the caller may not know of.")
    running = serializers.CharField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()
    other = serializers.IntegerField()
    details = JSONObject()
    since = serializers.DateTimeField()
    draft = serializers.CharField()


class VersionDetail(VersionSummary):
    """A version with what its document says of itself."""

    api = serializers.CharField(source="api.slug")
    title = serializers.CharField()
    description = serializers.CharField()
    changelog = serializers.CharField()
    servers = serializers.ListField(child=JSONObject())
    security_schemes = JSONObject()
    groups = serializers.ListField(child=JSONObject(), source="tags", help_text="The document's tags.")
    about = JSONObject()
    specification = SpecificationValue()
    instances = InstanceDetail(many=True, source="instance_rows")
    findings = FindingValue(many=True, source="finding_rows")
    drift = serializers.SerializerMethodField(help_text="Where something else runs; null when nobody knows.")

    @extend_schema_field(DriftValue(many=True, allow_null=True))
    def get_drift(self, version: APIVersion) -> list[dict[str, Any]] | None:
        found = drift_of.ask(self.context["request"].actor, version)
        return None if found is None else list(DriftValue(found, many=True).data)


class OperationSummary(serializers.Serializer):
    """One method and path."""

    slug = serializers.CharField()
    method = serializers.CharField()
    path = serializers.CharField()
    operation_id = serializers.CharField()
    summary = serializers.CharField()
    group = serializers.CharField()
    deprecated = serializers.BooleanField()


class OperationDetail(OperationSummary):
    """An operation in one shape for every format, with each schema it reaches.

    Schemas in `detail` and in `definitions` keep their `$ref`, which is a key of `definitions`.
    """

    description = serializers.CharField()
    detail = JSONObject()
    definitions = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="Its page.")

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_definitions(self, operation: Operation) -> dict[str, Any]:
        return {value["pointer"]: value["body"] for value in operation.definition_values}

    def get_url(self, operation: Operation) -> str:
        version = operation.version
        return settings.PORTICO_URL + operation_page(version.api.slug, version.name, operation.slug)


class Publication(serializers.Serializer):
    """What publishing did, or would do in a dry run."""

    status = serializers.ChoiceField(["created", "unchanged", "updated", "replaced"])
    api = serializers.CharField(source="api.slug")
    version = serializers.CharField(source="version.name")
    lifecycle = serializers.ChoiceField(Lifecycle.choices, source="version.lifecycle")
    operation_count = serializers.IntegerField(source="version.operation_count")
    changed = serializers.ListField(
        child=serializers.CharField(), help_text="Fields of an existing API or version that had another value."
    )
    findings = FindingValue(many=True)
    url = serializers.SerializerMethodField(help_text="The version's page.")

    def get_url(self, result: PublishResult) -> str:
        return settings.PORTICO_URL + api_page(result.api.slug, result.version.name)
