"""The subscriptions of an application with what a page shows beside each: what is asked of them, and their keys."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from accounts.actor import Actor
from marketplace.models import (
    LIVE,
    AccessRequest,
    Application,
    Credential,
    CredentialPurpose,
    Subscription,
)
from marketplace.subscriptions import OPEN

#: How long a key that was revoked or has ended stays beside its subscription.
KEPT_IN_SIGHT = timedelta(days=1)
KEYS_AT_MOST = 6


def live_subscriptions(actor: Actor, application: Application, now: datetime) -> QuerySet[Subscription]:
    """Those that wait, have access or are suspended, newest first; three queries with requests and keys."""
    return with_details(subscriptions_of(actor, application).filter(state__in=LIVE), now).order_by("-created_at", "-id")


def subscriptions_of(actor: Actor, application: Application) -> QuerySet[Subscription]:
    """Those of the application that the actor may know of."""
    return Subscription.objects.visible_to(actor).filter(application=application)


def with_details(subscriptions: QuerySet[Subscription], now: datetime) -> QuerySet[Subscription]:
    """Each with ``open_requests`` (one at most) and ``shown_keys``, newest first: live ones, and for a day those that
    are not live any more; two queries besides."""
    open_requests = AccessRequest.objects.filter(state__in=OPEN)
    return subscriptions.select_related(
        "application__environment",
        "application__team",
        "application__person",
        "api__owner",
        "version__successor__api",
        "plan",
    ).prefetch_related(
        Prefetch("requests", open_requests.select_related("plan"), to_attr="open_requests"),
        Prefetch("credentials", _keys_in_sight(now), to_attr="shown_keys"),
    )


def _keys_in_sight(now: datetime) -> QuerySet[Credential]:
    since = now - KEPT_IN_SIGHT
    in_sight = Credential.objects.filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=since),
        Q(expires_at__isnull=True) | Q(expires_at__gt=since),
        purpose=CredentialPurpose.APPLICATION,
    )
    return in_sight.order_by("-created_at", "-id")[:KEYS_AT_MOST]


def keys_of(actor: Actor, application: Application) -> QuerySet[Credential]:
    """Every key the application ever had that the actor may know of, with its subscription, for ordering by
    ``-created_at``."""
    keys = Credential.objects.visible_to(actor).filter(
        subscription__application=application, purpose=CredentialPurpose.APPLICATION
    )
    return keys.select_related(
        "subscription__api", "subscription__version", "subscription__plan", "subscription__application__environment"
    )
