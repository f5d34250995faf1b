"""Plans of an API, with how many are on each."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet

from accounts.actor import Actor
from catalog.queries.versions import require_visible
from common.errors import NotFound
from marketplace.models import Plan
from marketplace.queries.consumers import HAS_ACCESS

ORDERINGS: Mapping[str, tuple[str, ...]] = {"position": ("position", "id"), "name": ("title", "id")}


def plans_of(actor: Actor, api: str) -> QuerySet[Plan]:
    """The plans of a visible API, each with its API and ``subscriber_count``; one query by now. Raises ``NotFound``."""
    found = require_visible(actor, api)
    counted = Count("subscriptions", filter=Q(subscriptions__state__in=HAS_ACCESS))
    return Plan.objects.filter(api=found).select_related("api__owner").annotate(subscriber_count=counted)


def plan_of(actor: Actor, api: str, plan: str) -> Plan:
    """The plan of that slug or id, as ``plans_of`` has it. Raises ``NotFound``."""
    found = plans_of(actor, api).filter(Q(slug=plan) | Q(public_id=plan)).first()
    if found is None:
        raise NotFound
    return found
