"""Who calls as a gateway: the agent that holds its token."""

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actor import system_actor
from gateway.permissions import Action
from gateway.tokens import KnownGateway, find_gateway

_CHALLENGE = 'Bearer realm="Portico gateways"'


class GatewayAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer portico_gw_…``; nothing else opens what agents need. One query.

    ``request.auth`` is the gateway, and ``request.actor`` a system actor that may follow and no more.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, KnownGateway]:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        gateway = find_gateway(secret.strip()) if scheme.lower() == "bearer" else None
        if gateway is None:
            raise AuthenticationFailed("Send the token of a gateway. This one is missing, unknown or was replaced.")
        request._request.actor = system_actor(f"gateway {gateway.slug}", Action.GATEWAY_FOLLOW)
        return AnonymousUser(), gateway

    def authenticate_header(self, request: Request) -> str:
        return _CHALLENGE


class GatewayScheme(OpenApiAuthenticationExtension):
    target_class = GatewayAuthentication
    name = "gateway"

    def get_security_definition(self, auto_schema: object) -> dict:
        return {"type": "http", "scheme": "bearer", "description": "The token of a gateway."}
