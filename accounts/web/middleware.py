"""Gives each request its actor, computed when first asked for, and keeps the answer from other readers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.actor import Actor, actor_for_user, anonymous
from common.addresses import client_address


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))
        response = self.get_response(request)
        # What is answered depends on who asks: no cache between may keep it, and the browser's asks again.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _actor(request: HttpRequest) -> Actor:
    address = client_address(request)
    if request.user.is_authenticated:
        return actor_for_user(request.user, address)
    return anonymous(address)
