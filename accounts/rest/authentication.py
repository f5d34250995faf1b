"""Who calls the REST API: the holder of a token, or the person of a session."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actor import actor_for_token, actor_for_user
from accounts.models import User
from accounts.tokens import UsableToken, find_token, note_use
from common.addresses import client_address

CHALLENGE = 'Bearer realm="Portico"'


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer portico_…`` (RFC 6750): one query, and a second one at most once a minute.

    Who calls is ``request.actor``; nobody is signed in, so ``request.user`` stays anonymous.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, UsableToken] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = find_token(secret.strip(), now)
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        note_use(token, now)
        request._request.actor = actor_for_token(token, client_address(request._request))
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        sent = request.META.get("HTTP_AUTHORIZATION", "").lower().startswith("bearer ")
        return f'{CHALLENGE}, error="invalid_token"' if sent else CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a signed-in person; unsafe methods need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        outcome = super().authenticate(request)
        if outcome is not None:
            django_request: HttpRequest = request._request
            django_request.actor = actor_for_user(outcome[0], client_address(django_request))
        return outcome


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict:
        return {"type": "http", "scheme": "bearer", "description": "An API token of a person or a team."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of a signed-in person; writes send the CSRF token as `X-CSRFToken`.",
        }
