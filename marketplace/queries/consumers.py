"""Which applications have access to an API."""

from django.db.models import Count as Aggregate
from django.db.models import QuerySet

from accounts.actor import Actor
from catalog.models import API
from marketplace.models import Subscription, SubscriptionState

#: The states in which an application counts as a consumer.
HAS_ACCESS = (SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)

ORDERINGS = {
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
    "application": ("application__name", "id"),
    "-application": ("-application__name", "-id"),
}


def consumers(actor: Actor, api: API) -> QuerySet[Subscription]:
    """The subscriptions to the API that the actor may know of: its owner all, others those of their applications."""
    return (
        Subscription.objects.visible_to(actor)
        .filter(api=api)
        .select_related(
            "api", "version", "plan", "application__environment", "application__team", "application__person"
        )
    )


def consumer_count(api: API) -> int:
    """How many applications have access to the API; one query of one index."""
    found = Subscription.objects.filter(api=api, state__in=HAS_ACCESS)
    return found.aggregate(count=Aggregate("application", distinct=True))["count"]


def may_name_consumers(actor: Actor, api: API) -> bool:
    """Whether the actor may know who has access, and not only how many: the team that owns the API, administrators.

    It is what ``Subscription.objects.visible_to`` lets see of the API.
    """
    return actor.is_administrator or actor.sees_everything or api.owner_id in actor.teams
