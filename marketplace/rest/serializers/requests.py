"""Access requests: as they are answered, and what may be said about them."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.rest.serializers import InputSerializer
from marketplace.asking import REASON_AT_MOST, warnings_of
from marketplace.models import AccessMessage, AccessRequest
from marketplace.rest.serializers.subscriptions import OfVisibleAPI, StateReasonInput


class AccessRequestSummary(serializers.ModelSerializer):
    """Somebody asks for a subscription, or for another plan on one. The subscription is there from the beginning, in
    state pending. `warnings` are for who asks: that the version is deprecated, say."""

    id = serializers.CharField(source="public_id")
    subscription = serializers.CharField(source="subscription.public_id", help_text="Its id.")
    application = serializers.CharField(source="subscription.application.public_id")
    application_name = serializers.CharField(source="subscription.application.name")
    team = serializers.CharField(source="subscription.application.team.slug", default=None, allow_null=True)
    person = serializers.CharField(source="subscription.application.person.username", default=None, allow_null=True)
    environment = serializers.CharField(source="subscription.application.environment.slug")
    api = OfVisibleAPI(source="subscription.api.slug")
    version = OfVisibleAPI(source="subscription.version.name")
    plan = OfVisibleAPI(source="plan.slug", help_text="The plan that is asked for.")
    requested_by = serializers.CharField(source="requested_by_name")
    decided_by = serializers.CharField(
        source="decided_by_name", help_text="Empty while nobody has, and where the plan approves by itself."
    )
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = AccessRequest
        fields: ClassVar[list[str]] = [
            "id", "kind", "state", "subscription", "application", "application_name", "team", "person", "environment",
            "api", "version", "plan", "reason", "terms_accepted_at", "requested_at", "requested_by", "decided_at",
            "decided_by", "decision_reason", "warnings",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, request: AccessRequest) -> list[str]:
        return warnings_of(request.subscription.version) if request.may_see_api else []


class MessageDetail(serializers.ModelSerializer):
    """What was asked back, or answered."""

    author = serializers.CharField(source="author_name")

    class Meta:
        model = AccessMessage
        fields: ClassVar[list[str]] = ["at", "author", "is_question", "text"]


class UseDetail(serializers.Serializer):
    """Something the application has access to."""

    api = serializers.CharField()
    version = serializers.CharField()
    plan = serializers.CharField(source="plan_title")
    state = serializers.CharField()


class ContextDetail(serializers.Serializer):
    """What else is used. `uses` are the newest of `application_count` subscriptions that the caller may know of; the
    two others are what the rest of the team, or of the person, has."""

    uses = UseDetail(many=True, source="named")
    application_count = serializers.IntegerField()
    team_application_count = serializers.IntegerField()
    team_subscription_count = serializers.IntegerField()


class AccessRequestDetail(AccessRequestSummary):
    """A request with what was asked back and answered, and with what who decides should know."""

    messages = MessageDetail(many=True, source="message_rows")
    context = ContextDetail()

    class Meta(AccessRequestSummary.Meta):
        fields: ClassVar[list[str]] = [*AccessRequestSummary.Meta.fields, "messages", "context"]


class NewAccessRequestInput(InputSerializer):
    """Access for an application to a version of an API, on one of its plans."""

    application = serializers.CharField(max_length=200, help_text="Its id, or its name where that is one of yours.")
    api = serializers.CharField(max_length=100)
    version = serializers.CharField(max_length=100, help_text="`latest` is the one that stands for the API.")
    plan = serializers.CharField(max_length=100, help_text="Its slug or id.")
    reason = serializers.CharField(
        max_length=REASON_AT_MOST, required=False, allow_blank=True, help_text="Required where the owner approves."
    )
    accepts_terms = serializers.BooleanField(required=False, help_text="Of the plan, where it has terms.")


class ApprovalInput(StateReasonInput):
    """Yes, and until when."""

    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="When access ends.")


class RejectionInput(InputSerializer):
    """No, and why; who asked reads it."""

    reason = serializers.CharField(max_length=REASON_AT_MOST)


class MessageInput(InputSerializer):
    """A question, or its answer."""

    text = serializers.CharField(max_length=REASON_AT_MOST)
