"""Plans: as they are answered, and what may be said about them."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.rest.serializers import InputSerializer
from marketplace.models import Approval, Authentication, Plan
from marketplace.plans import REQUESTS_AT_MOST, UNITS, limits_of


class LimitDetail(serializers.Serializer):
    """So many requests in each second, minute or hour."""

    requests = serializers.IntegerField()
    per = serializers.ChoiceField(UNITS)


class PlanDetail(serializers.ModelSerializer):
    """An offer on an API. Its limits hold for each subscription, over all gateways together."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField(source="title")
    api = serializers.CharField(source="api.slug")
    limits = serializers.SerializerMethodField()
    subscriber_count = serializers.IntegerField(help_text="Subscriptions on it that are approved or suspended.")

    class Meta:
        model = Plan
        fields: ClassVar[list[str]] = [
            "id", "api", "slug", "name", "description", "approval", "authentication", "limits", "terms", "position",
            "created_at", "deprecated_at", "subscriber_count",
        ]  # fmt: skip

    @extend_schema_field(LimitDetail(many=True))
    def get_limits(self, plan: Plan) -> list[dict[str, int | str]]:
        return [dict(limit) for limit in limits_of(plan)]


class LimitInput(InputSerializer):
    """So many requests in each second, minute or hour."""

    requests = serializers.IntegerField(min_value=1, max_value=REQUESTS_AT_MOST)
    per = serializers.ChoiceField(UNITS)


class PlanInput(InputSerializer):
    """Members left out stay as they are; `limits`, when given, are all of them."""

    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    approval = serializers.ChoiceField(Approval.choices, required=False)
    authentication = serializers.ChoiceField(
        Authentication.choices, required=False, help_text="Stays as it is while applications are on the plan."
    )
    limits = LimitInput(many=True, required=False, max_length=len(UNITS))
    terms = serializers.CharField(
        max_length=50_000, required=False, allow_blank=True, help_text="In Markdown; who asks for access accepts them."
    )
    position = serializers.IntegerField(min_value=0, max_value=32_767, required=False)


class NewPlanInput(PlanInput):
    """A new plan. Without more said the owner approves, and callers send an API key."""

    name = serializers.CharField(max_length=200)
    slug = serializers.CharField(max_length=100, required=False, help_text="Made from the name unless given.")
