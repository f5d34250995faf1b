"""Sources: as they are answered, and what may be said about them."""

import base64
import binascii
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.access import can
from common.rest.serializers import InputSerializer
from discovery.installed import connectors
from discovery.models import Source, SourceUpload
from discovery.parameters import NewUpload
from discovery.permissions import Action
from discovery.rest.serializers.runs import RunSummary
from discovery.rest.serializers.values import SlugOf
from discovery.rest.serializers.watches import WatchDetail, watch_detail
from discovery.sources import BOUNDS

_FILE = {"type": "object", "required": ["name", "content"], "additionalProperties": False}


class SourceSummary(serializers.ModelSerializer):
    """A configured place to look. `seen_at` is when all of it was seen last: when the last run that was
    applied began to look, or by a watch that follows everything."""

    environment = serializers.CharField(source="environment.slug")
    owner = SlugOf(help_text="The team that looks after it.")
    is_installed = serializers.SerializerMethodField(help_text="Whether its connector is here; it cannot run without.")
    last_run = RunSummary(allow_null=True)
    runs_under_way = RunSummary(many=True, help_text="Queued or running; at most two.")
    watch = serializers.SerializerMethodField()

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = [
            "name", "kind", "is_installed", "environment", "owner", "is_paused", "is_watched", "schedule_seconds",
            "loss_percent", "loss_at_least", "grace_seconds", "created_at", "created_by", "due_at", "seen_at", "watch",
            "last_run", "runs_under_way",
        ]  # fmt: skip

    @extend_schema_field(WatchDetail(allow_null=True))
    def get_watch(self, source: Source) -> dict[str, Any] | None:
        return watch_detail(source)

    def get_is_installed(self, source: Source) -> bool:
        return source.kind in connectors()


class UploadDetail(serializers.ModelSerializer):
    """A file that the source was given."""

    class Meta:
        model = SourceUpload
        fields: ClassVar[list[str]] = ["parameter", "name", "sha256", "size", "created_at"]


class ConfigurationDetail(serializers.Serializer):
    """What the connector is told. Of secrets only the names are answered."""

    values = serializers.DictField()
    secrets = serializers.ListField(child=serializers.CharField())
    uploads = UploadDetail(many=True)


class SourceDetail(SourceSummary):
    """A source with its configuration, for administrators with the scope discovery; null for others."""

    configuration = serializers.SerializerMethodField()

    class Meta(SourceSummary.Meta):
        fields: ClassVar[list[str]] = [*SourceSummary.Meta.fields, "configuration"]

    @extend_schema_field(ConfigurationDetail(allow_null=True))
    def get_configuration(self, source: Source) -> dict[str, Any] | None:
        if not can(self.context["request"].actor, Action.SOURCE_MANAGE, source):
            return None
        told = {
            "values": source.configuration,
            "secrets": sorted(source.secrets),
            "uploads": source.uploads.defer("content").order_by("parameter"),
        }
        return ConfigurationDetail(told).data


@extend_schema_field(
    {
        "type": "object",
        "description": "A value for each parameter of the connector; a small file as its name and Base64.",
        "additionalProperties": {
            "anyOf": [
                {"type": ["string", "integer", "boolean", "null"]},
                {"type": "array", "items": {"type": "string"}},
                {**_FILE, "properties": {"name": {"type": "string"}, "content": {"type": "string"}}},
            ]
        },
    }
)
class Configuration(serializers.DictField):
    """Values by parameter; which there are is the use case's question. Files arrive as ``NewUpload``."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values = super().to_internal_value(data)
        return {name: _file(name, value) if isinstance(value, dict) else value for name, value in values.items()}


def _file(name: str, value: dict[str, Any]) -> NewUpload:
    if set(value) != {"name", "content"} or not all(isinstance(text, str) for text in value.values()):
        raise serializers.ValidationError({name: ["Give a file as an object with name and content (Base64)."]})
    try:
        return NewUpload(value["name"], base64.b64decode(value["content"], validate=True))
    except (binascii.Error, ValueError):
        raise serializers.ValidationError({name: ["The content is not Base64."]}) from None


def _number(field: str, **options: Any) -> serializers.IntegerField:
    least, most = BOUNDS[field]
    return serializers.IntegerField(min_value=least, max_value=most, required=False, **options)


class SourceInput(InputSerializer):
    """Members left out stay as they are, parameters too. An empty secret stays; null removes it."""

    environment = serializers.CharField(max_length=100, required=False)
    owner = serializers.CharField(
        max_length=100, required=False, allow_null=True, allow_blank=True, help_text="The team that looks after it."
    )
    configuration = Configuration(required=False)
    schedule_seconds = _number("schedule_seconds", allow_null=True, help_text="Null: by hand only.")
    is_watched = serializers.BooleanField(
        required=False, help_text="Follow changes as they happen, where the connector can."
    )
    loss_percent = _number("loss_percent", help_text="A loss above this share of the source is held for a person.")
    loss_at_least = _number("loss_at_least", help_text="A smaller loss is always believed.")
    grace_seconds = _number("grace_seconds", help_text="How long a service is missing before it is retired.")


class NewSourceInput(SourceInput):
    """A new source; its name and kind never change."""

    name = serializers.CharField(max_length=100)
    kind = serializers.CharField(max_length=50)
    environment = serializers.CharField(max_length=100)


class CheckAnswer(serializers.Serializer):
    """Whether the place could be looked at: `sentences` say what was found, the others why not and what to do."""

    is_ok = serializers.BooleanField()
    sentences = serializers.ListField(child=serializers.CharField())
    code = serializers.CharField(help_text="Empty, or misconfigured, refused, unreachable, partial, failed.")
    message = serializers.CharField()
    hint = serializers.CharField()
