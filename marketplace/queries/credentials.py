"""Keys as lists and pages show them, and those that end soon."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from marketplace.credentials import KeyState, ends_between, in_state
from marketplace.models import FOREVER, LIVE, NEVER, Credential, CredentialPurpose, Subscription, SubscriptionState
from marketplace.queries.subscriptions import named_rows

ORDERINGS = {
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
    "last_used": ("used_order", "id"),
    "-last_used": ("-used_order", "-id"),
    "expires": ("end_order", "id"),
    "-expires": ("-end_order", "-id"),
}

_WITH = (
    "subscription__api",
    "subscription__version",
    "subscription__application__environment",
    "subscription__application__team",
    "subscription__application__person",
)


def credentials(actor: Actor) -> QuerySet[Credential]:
    """The keys that the actor may know of, with all that a row of a list says; six queries of a few primary keys each,
    see ``named_rows``."""
    return (
        Credential.objects.visible_to(actor)
        .prefetch_related(Prefetch("subscription", Subscription.objects.prefetch_related(*named_rows())))
        .annotate(used_order=Coalesce("last_used_at", Value(NEVER)), end_order=Coalesce("expires_at", Value(FOREVER)))
    )


def keys_that_end(within: timedelta, now: datetime) -> QuerySet[Credential]:
    """Live keys of applications that end by themselves within that time, the first to end first. Keys that were made
    for a page of the portal are not among them."""
    return (
        Credential.objects.filter(
            ends_between(now, now + within), in_state(KeyState.LIVE, now), purpose=CredentialPurpose.APPLICATION
        )
        .select_related(*_WITH)
        .order_by("expires_at", "pk")
    )


def subscriptions_that_end(within: timedelta, now: datetime) -> QuerySet[Subscription]:
    """Subscriptions with access, or suspended, that end within that time, the first to end first."""
    return (
        Subscription.objects.filter(
            state__in=[state for state in LIVE if state != SubscriptionState.PENDING],
            expires_at__gt=now,
            expires_at__lte=now + within,
        )
        .select_related("api", "version", "application__environment", "application__team", "application__person")
        .order_by("expires_at", "pk")
    )
