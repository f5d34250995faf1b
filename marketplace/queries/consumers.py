"""Which applications have access to an API."""

from django.db.models import Count as Aggregate
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Scope
from catalog.models import API
from marketplace.models import Subscription, SubscriptionState
from marketplace.queries.subscriptions import named_rows
from marketplace.querysets import held_by

#: The states in which an application counts as a consumer.
HAS_ACCESS = (SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)

ORDERINGS = {
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
    "application": ("application__name", "id"),
    "-application": ("-application__name", "-id"),
}


def consumers(actor: Actor, api: API) -> QuerySet[Subscription]:
    """The subscriptions to the API that the actor may know of: its owner all, others those of their applications.

    It is ``visible_to`` of one API: who owns it needs no condition beside, and for who does not its half about owners
    finds nothing. Five queries, see ``named_rows``.
    """
    found = Subscription.objects.filter(api=api)
    if not may_name_consumers(actor, api):
        found = found.filter(held_by(actor, "application__")) if actor.has_scope(Scope.READ) else found.none()
    return found.prefetch_related(*named_rows())


def consumer_count(api: API) -> int:
    """How many applications have access to the API; one query of one index."""
    found = Subscription.objects.filter(api=api, state__in=HAS_ACCESS)
    return found.aggregate(count=Aggregate("application", distinct=True))["count"]


def may_name_consumers(actor: Actor, api: API) -> bool:
    """Whether the actor may know who has access, and not only how many: the team that owns the API, administrators.

    It is what ``Subscription.objects.visible_to`` lets see of the API.
    """
    is_owner = api.owner_id in actor.teams and actor.has_scope(Scope.READ)
    return actor.is_administrator or actor.sees_everything or is_owner
