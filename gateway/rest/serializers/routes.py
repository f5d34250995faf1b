"""Routes: as they are answered, and what may be said about them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from common.rest.serializers import InputSerializer
from gateway.models import Balancing, Route
from gateway.queries.routes import may_know_upstreams
from gateway.routes import SETTINGS
from marketplace.rest.serializers.enforcement import EnforcementDetail

_OF_THE_UPSTREAM = ("upstream", *SETTINGS)


class RouteDetail(serializers.ModelSerializer):
    """How gateways carry an instance of an API: from `url` to `upstream`. Where it leads and its settings are for the
    API's owners and those who maintain gateways; null for others."""

    id = serializers.CharField(source="public_id")
    api = serializers.CharField(source="api.slug")
    version = serializers.CharField(source="instance.version.name")
    environment = serializers.CharField(source="instance.environment.slug")
    url = serializers.CharField(source="instance.url")
    gateway_path = serializers.CharField(source="path")
    in_force = EnforcementDetail(source="enforcement")

    class Meta:
        model = Route
        fields: ClassVar[list[str]] = [
            "id", "api", "version", "environment", "url", "gateway_path", *_OF_THE_UPSTREAM, "created_at",
            "created_by", "in_force",
        ]  # fmt: skip
        extra_kwargs: ClassVar = {name: {"allow_null": True} for name in _OF_THE_UPSTREAM}

    def to_representation(self, route: Route) -> dict[str, Any]:
        told = super().to_representation(route)
        return told if self._may_know(route) else told | dict.fromkeys(_OF_THE_UPSTREAM)

    def _may_know(self, route: Route) -> bool:
        """Asked once for the routes of an owner."""
        known: dict[int | None, bool] = self.context.setdefault("may_know_upstreams", {})
        owner = route.api.owner_id
        if owner not in known:
            known[owner] = may_know_upstreams(self.context["request"].actor, owner)
        return known[owner]


def _seconds(**options: Any) -> serializers.FloatField:
    return serializers.FloatField(min_value=0.05, max_value=3600, required=False, **options)


def _count(most: int, least: int = 1) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, required=False)


class RouteInput(InputSerializer):
    """What may be said about a route; what is left out stays, or is as usual."""

    upstream = serializers.CharField(max_length=1000, required=False)
    gateway_path = serializers.CharField(max_length=200, required=False)
    upstream_ca = serializers.CharField(max_length=100_000, required=False, allow_blank=True)
    upstream_server_name = serializers.CharField(max_length=253, required=False, allow_blank=True)
    verifies_upstream = serializers.BooleanField(required=False)
    connect_seconds = _seconds()
    timeout_seconds = _seconds()
    retries = _count(5, 0)
    try_seconds = _seconds(allow_null=True)
    balancing = serializers.ChoiceField(Balancing.choices, required=False)
    max_connections = _count(1_000_000)
    max_pending_requests = _count(1_000_000)
    max_requests = _count(1_000_000)
    outlier_errors = _count(1_000, 0)
    outlier_ejection_seconds = _count(86_400)
    max_body_bytes = _count(2_000_000_000)
    key_parameter = serializers.CharField(max_length=50, required=False, allow_blank=True)


@extend_schema_serializer(component_name="NewRoute")
class NewRouteInput(RouteInput):
    """An instance that gateways are to carry."""

    environment = serializers.CharField(max_length=100)
    upstream = serializers.CharField(max_length=1000)
    gateway_path = serializers.CharField(max_length=200)
