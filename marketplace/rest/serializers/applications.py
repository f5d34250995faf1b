"""Applications: as they are answered, and what may be said about them."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.querysets import is_visible
from common.rest.serializers import InputSerializer
from marketplace.models import Application


class ApplicationDetail(serializers.ModelSerializer):
    """A consumer's software, held by `team` or by `person`. `subscription_count`, `pending_count` and `key_count` are
    of what the caller may know of."""

    id = serializers.CharField(source="public_id")
    team = serializers.CharField(source="team.slug", default=None, allow_null=True)
    person = serializers.CharField(source="person.username", default=None, allow_null=True)
    environment = serializers.CharField(source="environment.slug")
    service = serializers.SerializerMethodField(
        help_text="The service it is; null when that is not said, or not to you."
    )
    subscription_count = serializers.IntegerField(help_text="Approved or suspended.")
    pending_count = serializers.IntegerField(help_text="Subscriptions that wait for their owner's approval.")
    key_count = serializers.IntegerField(help_text="Keys that have not ended.")

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = [
            "id", "name", "description", "team", "person", "environment", "service", "created_at", "created_by",
            "retired_at", "subscription_count", "pending_count", "key_count",
        ]  # fmt: skip

    @extend_schema_field({"type": ["string", "null"]})
    def get_service(self, application: Application) -> str | None:
        service = application.service
        return service.slug if service and is_visible(self.context["request"].actor, service) else None


class ApplicationInput(InputSerializer):
    """Members left out stay as they are. Another `team` is one of the caller's. The environment never changes."""

    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    team = serializers.CharField(max_length=100, required=False)
    service = serializers.CharField(
        max_length=100, required=False, allow_null=True, allow_blank=True, help_text="The service it is."
    )


class NewApplicationInput(ApplicationInput):
    """A new application, of a team or of the caller."""

    name = serializers.CharField(max_length=200)
    team = serializers.CharField(
        max_length=100,
        required=False,
        allow_null=True,
        help_text="Without one it is the caller's own, or the team's whose token this is.",
    )
    environment = serializers.CharField(
        max_length=100, required=False, allow_null=True, help_text="The first one, production, unless named."
    )
