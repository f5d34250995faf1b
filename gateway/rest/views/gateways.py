"""Gateways."""

from http import HTTPStatus
from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.schema import problems
from common.rest.views import ListView, RestView
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.queries.gateways import ORDERINGS, gateway_named, gateways
from gateway.rest.serializers.gateways import (
    GatewayDetail,
    GatewayInput,
    GatewaySummary,
    NewGateway,
    NewGatewayInput,
    TokenAnswer,
)
from gateway.usecases.add_gateway import add_gateway
from gateway.usecases.edit_gateway import edit_gateway
from gateway.usecases.remove_gateway import remove_gateway
from gateway.usecases.rotate_gateway_token import rotate_gateway_token

_COLLIDES = problems({409: "The name is taken, or routes of its environments collide."})


class GatewayListView(ListView):
    """Gateways."""

    actions = {"GET": Action.GATEWAY_READ, "POST": Action.GATEWAY_MANAGE}
    queryset = Gateway.objects.none()
    serializer_class = GatewaySummary
    orderings: ClassVar = dict(ORDERINGS)

    def get_queryset(self) -> QuerySet[Gateway]:
        return Gateway.objects.none() if getattr(self, "swagger_fake_view", False) else gateways(self.actor)

    @extend_schema(request=NewGatewayInput, responses={201: NewGateway} | _COLLIDES)
    def post(self, request: Request) -> Response:
        """Add a gateway, and get the token of its agent, which cannot be read again; administrators only."""
        given = self.valid(NewGatewayInput)
        made, token = add_gateway(actor=self.actor, slug=given.pop("slug"), metadata=given, now=timezone.now())
        context = self.get_serializer_context() | {"token": token}
        body = NewGateway(gateway_named(self.actor, made.slug), context=context).data
        place = reverse("rest:gateway:gateway-detail", args=[made.slug])
        return Response(body, status=HTTPStatus.CREATED, headers={"Location": place})


class GatewayView(RestView):
    """One gateway."""

    actions = {"GET": Action.GATEWAY_READ, "PATCH": Action.GATEWAY_MANAGE, "DELETE": Action.GATEWAY_MANAGE}
    queryset = Gateway.objects.none()
    serializer_class = GatewayDetail

    @extend_schema(responses=GatewayDetail)
    def get(self, request: Request, gateway: str) -> Response:
        return Response(self.get_serializer(gateway_named(self.actor, gateway)).data)

    @extend_schema(request=GatewayInput, responses={200: GatewayDetail} | _COLLIDES)
    def patch(self, request: Request, gateway: str) -> Response:
        """Change what is said about a gateway; its agent hears of it."""
        found = gateway_named(self.actor, gateway)
        edit_gateway(actor=self.actor, gateway=found, metadata=self.valid(GatewayInput), now=timezone.now())
        return self.get(request, gateway)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, gateway: str) -> Response:
        """Forget a gateway. Its Envoy goes on with what it has until somebody stops it."""
        remove_gateway(actor=self.actor, gateway=gateway_named(self.actor, gateway), now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


class GatewayTokenView(RestView):
    """The token of a gateway's agent."""

    actions = {"POST": Action.GATEWAY_MANAGE}
    queryset = Gateway.objects.none()
    serializer_class = TokenAnswer

    @extend_schema(request=None, responses=TokenAnswer)
    def post(self, request: Request, gateway: str) -> Response:
        """Replace the token; the old one opens nothing from now on."""
        found = gateway_named(self.actor, gateway)
        return Response({"token": rotate_gateway_token(actor=self.actor, gateway=found, now=timezone.now())})
