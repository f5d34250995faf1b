"""Who has access to an API."""

from typing import ClassVar

from rest_framework import serializers

from marketplace.models import Subscription
from marketplace.rest.serializers.credentials import HolderDetail


class ConsumerDetail(serializers.ModelSerializer):
    """An application with its access to an API. `since` is when it was approved."""

    subscription = serializers.CharField(source="public_id")
    application = HolderDetail()
    environment = serializers.CharField(source="application.environment.slug")
    version = serializers.CharField(source="version.name")
    plan = serializers.CharField(source="plan.slug")
    since = serializers.DateTimeField(source="approved_at", allow_null=True)

    class Meta:
        model = Subscription
        fields: ClassVar[list[str]] = [
            "subscription", "application", "environment", "version", "plan", "state", "since", "expires_at",
        ]  # fmt: skip
