"""Keys: as they are answered, and what may be said about them."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.rest.serializers import InputSerializer
from marketplace.credentials import KeyState, ends_at, state_of
from marketplace.models import Application, Credential, CredentialKind
from marketplace.rest.serializers.enforcement import EnforcementDetail
from marketplace.rest.serializers.subscriptions import OfVisibleAPI
from marketplace.usecases.rotate_key import OVERLAP, OVERLAP_AT_MOST


class HolderDetail(serializers.ModelSerializer):
    """The application a key is of."""

    id = serializers.CharField(source="public_id")
    team = serializers.CharField(source="team.slug", allow_null=True, default=None, help_text="Null: a person's.")

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = ["id", "name", "team"]


class CredentialDetail(serializers.ModelSerializer):
    """A key, by what may be shown of it. `in_force` is null where nobody knows."""

    id = serializers.CharField(source="public_id")
    state = serializers.SerializerMethodField()
    subscription = serializers.CharField(source="subscription.public_id")
    application = HolderDetail(source="subscription.application")
    api = OfVisibleAPI(source="subscription.api.slug")
    version = OfVisibleAPI(source="subscription.version.name")
    environment = serializers.CharField(source="subscription.application.environment.slug")
    created_by = serializers.CharField(source="created_by_name")
    ends_at = serializers.SerializerMethodField(
        help_text="When it ends by itself: at its own time, or with the access if that is sooner."
    )
    revoked_by = serializers.CharField(source="revoked_by_name")
    in_force = EnforcementDetail(source="enforcement", allow_null=True)

    class Meta:
        model = Credential
        fields: ClassVar[list[str]] = [
            "id", "kind", "purpose", "state", "prefix", "last_four", "subscription", "application", "api", "version",
            "environment", "created_at", "created_by", "expires_at", "ends_at", "last_used_at", "revoked_at",
            "revoked_by", "in_force",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(KeyState.choices))
    def get_state(self, credential: Credential) -> str:
        return state_of(credential, timezone.now())

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_ends_at(self, credential: Credential) -> datetime | None:
        end = ends_at(credential)
        return serializers.DateTimeField().to_representation(end) if end else None


class NewCredential(CredentialDetail):
    """A key with the key itself, which is in no other answer."""

    key = serializers.CharField(help_text="Shown here and never again.")

    class Meta(CredentialDetail.Meta):
        fields: ClassVar[list[str]] = [*CredentialDetail.Meta.fields, "key"]


_EXPIRES = {
    "required": False,
    "allow_null": True,
    "help_text": "Null: as long as the access. Not after the access itself.",
}


class IssueKey(InputSerializer):
    """A new key."""

    kind = serializers.ChoiceField(CredentialKind.choices)
    expires_at = serializers.DateTimeField(**_EXPIRES)

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """There is one kind so far, which the use case need not be told."""
        attributes.pop("kind")
        return attributes


class RotateKey(InputSerializer):
    """A new key in place of the one in use."""

    overlap_seconds = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=int(OVERLAP_AT_MOST.total_seconds()),
        default=int(OVERLAP.total_seconds()),
        help_text="How long both keys work.",
    )
    expires_at = serializers.DateTimeField(**_EXPIRES)


class ChangeOverlap(InputSerializer):
    """Another end of the older key."""

    expires_at = serializers.DateTimeField(help_text="Until when both keys work; at most 30 days from now.")
