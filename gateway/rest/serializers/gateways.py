"""Gateways: as they are answered, and what may be said about them."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.access import can
from common.rest.serializers import InputSerializer
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.queries.gateways import problems_of, refusals_of, state_of

STATES = ("serving", "waiting", "out_of_contact", "new")


class GatewaySummary(serializers.ModelSerializer):
    """An Envoy with its agent. `environments` is empty where it carries all. `generation` is how far it followed: all
    up to there its Envoy accepted or refused."""

    team = serializers.CharField(source="team.slug", allow_null=True, default=None)
    environments = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    refused_count = serializers.IntegerField(help_text="APIs whose last change its Envoy refused.")
    problem_count = serializers.IntegerField(help_text="Routes that do not work on it, or in part.")

    class Meta:
        model = Gateway
        fields: ClassVar[list[str]] = [
            "slug", "title", "url", "team", "environments", "state", "heard_at", "serving_since", "envoy_version",
            "agent_version", "generation", "refused_count", "problem_count",
        ]  # fmt: skip

    def get_environments(self, gateway: Gateway) -> list[str]:
        return sorted(one.slug for one in gateway.environments.all())

    @extend_schema_field(serializers.ChoiceField(STATES))
    def get_state(self, gateway: Gateway) -> str:
        return state_of(gateway, timezone.now())


class RefusalDetail(serializers.Serializer):
    """A change that Envoy refused, in its own words; it does what it did before."""

    api = serializers.CharField(source="api.slug")
    generation = serializers.IntegerField(source="refused_generation")
    at = serializers.DateTimeField(source="refused_at")
    refusal = serializers.CharField()


class ProblemDetail(serializers.Serializer):
    """What does not work of a route."""

    route = serializers.CharField(source="route.public_id")
    api = serializers.CharField(source="route.api.slug")
    problem = serializers.CharField()
    since = serializers.DateTimeField()


class GatewayDetail(GatewaySummary):
    """A gateway with what it refused. Its networks and closed ports are for administrators; null for others."""

    networks = serializers.SerializerMethodField()
    closed_ports = serializers.SerializerMethodField()
    refusals = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    class Meta(GatewaySummary.Meta):
        fields: ClassVar[list[str]] = [
            *GatewaySummary.Meta.fields, "networks", "closed_ports", "refusals", "problems"
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField(), allow_null=True))
    def get_networks(self, gateway: Gateway) -> list[str] | None:
        return gateway.networks if self._manages() else None

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField(), allow_null=True))
    def get_closed_ports(self, gateway: Gateway) -> list[int] | None:
        return gateway.closed_ports if self._manages() else None

    @extend_schema_field(RefusalDetail(many=True))
    def get_refusals(self, gateway: Gateway) -> list[dict[str, Any]]:
        return list(RefusalDetail(refusals_of(self.context["request"].actor, gateway)[:100], many=True).data)

    @extend_schema_field(ProblemDetail(many=True))
    def get_problems(self, gateway: Gateway) -> list[dict[str, Any]]:
        return list(ProblemDetail(problems_of(self.context["request"].actor, gateway)[:100], many=True).data)

    def _manages(self) -> bool:
        return can(self.context["request"].actor, Action.GATEWAY_MANAGE)


class GatewayInput(InputSerializer):
    """What may be said about a gateway; what is left out stays."""

    title = serializers.CharField(max_length=200, required=False)
    url = serializers.CharField(max_length=500, required=False, help_text="Where callers reach it.")
    team = serializers.CharField(max_length=100, required=False, allow_blank=True, help_text="Who sets its routes.")
    environments = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=100, help_text="Empty is all."
    )
    networks = serializers.ListField(
        child=serializers.CharField(max_length=50),
        required=False,
        max_length=100,
        help_text="Private and loopback networks in which upstreams may be.",
    )
    closed_ports = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=65_535),
        required=False,
        max_length=100,
        help_text="Ports of its own machine that are no upstreams.",
    )


class NewGatewayInput(GatewayInput):
    """A gateway that is to be."""

    slug = serializers.CharField(max_length=100)
    url = serializers.CharField(max_length=500)


class NewGateway(GatewayDetail):
    """A gateway with the token of its agent, which is told once."""

    token = serializers.SerializerMethodField()

    class Meta(GatewayDetail.Meta):
        fields: ClassVar[list[str]] = [*GatewayDetail.Meta.fields, "token"]

    def get_token(self, _gateway: Gateway) -> str:
        return self.context["token"]


class TokenAnswer(serializers.Serializer):
    """The token of a gateway's agent, which is told once."""

    token = serializers.CharField()
