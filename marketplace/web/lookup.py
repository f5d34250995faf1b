"""The rows that an address names, as far as the actor may know of them.

Who is nobody is asked to sign in first: all of this is for people who are known. Each raises ``NotFound``.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from common.access import require
from common.errors import NotFound
from marketplace.models import AccessRequest, Application, Credential, Subscription
from marketplace.permissions import Action


def application_named(request: HttpRequest, public_id: str) -> Application:
    """With its team, person, environment and service; one query."""
    found = Application.objects.select_related("team", "person", "environment", "service")
    return _one(request, found, public_id)


def subscription_named(request: HttpRequest, public_id: str) -> Subscription:
    """With its application, API, version and plan; one query."""
    found = Subscription.objects.select_related(
        "application__environment", "application__team", "application__person", "api__owner", "version", "plan"
    )
    return _one(request, found, public_id)


def request_named(request: HttpRequest, public_id: str) -> AccessRequest:
    """With its subscription and what that one is about; one query."""
    about = "subscription__"
    found = AccessRequest.objects.select_related(
        "plan",
        "requested_by",
        f"{about}application__environment",
        f"{about}application__team",
        f"{about}application__person",
        f"{about}api__owner",
        f"{about}version",
        f"{about}plan",
    )
    return _one(request, found, public_id)


def credential_named(request: HttpRequest, public_id: str) -> Credential:
    """With its subscription and that one's application; one query."""
    found = Credential.objects.select_related("subscription__application__environment", "subscription__api")
    return _one(request, found, public_id)


def _one(request: HttpRequest, rows: QuerySet[Any], public_id: str) -> Any:
    require(request.actor, Action.MARKETPLACE_READ)
    found = rows.visible_to(request.actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
