"""Subscriptions: as they are answered, and what may be said about them."""

from typing import Any, ClassVar

from rest_framework import serializers

from common.rest.serializers import InputSerializer
from marketplace.asking import REASON_AT_MOST
from marketplace.models import Subscription
from marketplace.rest.serializers.enforcement import EnforcementDetail


class OfVisibleAPI(serializers.CharField):
    """What is told of an API only to those who may see it; null for others."""

    def __init__(self, **options: Any) -> None:
        help_text = "Null when the API is private and not, or not any more, to be seen by you."
        super().__init__(**{"allow_null": True, "read_only": True, "help_text": help_text, **options})

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) if instance.may_see_api else None


class SubscriptionDetail(serializers.ModelSerializer):
    """An application's access to a version of an API, and to later compatible ones, on a plan."""

    id = serializers.CharField(source="public_id")
    application = serializers.CharField(source="application.public_id")
    application_name = serializers.CharField(source="application.name")
    team = serializers.CharField(source="application.team.slug", default=None, allow_null=True)
    environment = serializers.CharField(source="application.environment.slug")
    api = OfVisibleAPI(source="api.slug")
    version = OfVisibleAPI(source="version.name")
    plan = OfVisibleAPI(source="plan.slug")
    open_request = serializers.CharField(allow_null=True, help_text="The access request about it that waits.")
    in_force = EnforcementDetail(
        source="enforcement", allow_null=True, help_text="On which gateways; null when that is not known."
    )

    class Meta:
        model = Subscription
        fields: ClassVar[list[str]] = [
            "id", "application", "application_name", "team", "environment", "api", "version", "plan", "state",
            "state_reason", "created_at", "approved_at", "approved_by", "changed_at", "changed_by", "expires_at",
            "open_request", "in_force",
        ]  # fmt: skip


class StateReasonInput(InputSerializer):
    """Why; everybody concerned reads it."""

    reason = serializers.CharField(max_length=REASON_AT_MOST, required=False, allow_blank=True)


class ExpiryInput(InputSerializer):
    """When access ends; null: it goes on."""

    expires_at = serializers.DateTimeField(allow_null=True)


class PlanChangeInput(InputSerializer):
    """Another plan, by its slug or id."""

    plan = serializers.CharField(max_length=100)
    reason = serializers.CharField(max_length=REASON_AT_MOST, required=False, allow_blank=True)
    accepts_terms = serializers.BooleanField(required=False, help_text="Of the plan, where it has terms.")
