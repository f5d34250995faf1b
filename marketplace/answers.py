"""What the marketplace answers to the questions of the catalog below."""

from accounts.actor import Actor
from catalog.models import API
from catalog.questions import Consumer, Consumers, consumers_of
from common.access import can
from marketplace.models import Application, Subscription
from marketplace.permissions import Action
from marketplace.queries.consumers import HAS_ACCESS, consumer_count, consumers, may_name_consumers

#: The newest of them; how many there are is counted apart.
NAMED_AT_MOST = 100
#: Few rows of one index, and on every page of an API: here one join is less than five queries.
_NAMES = ("version", "plan", "application__environment", "application__team", "application__person")


@consumers_of.answer_with
def who_has_access(actor: Actor, api: API) -> Consumers | None:
    """How many applications have access, and for those who may know the names, the newest; at most two queries."""
    if not can(actor, Action.MARKETPLACE_READ):
        return None
    count = consumer_count(api)
    if not may_name_consumers(actor, api):
        return Consumers(count)
    found = consumers(actor, api).prefetch_related(None).select_related(*_NAMES)
    found = found.filter(state__in=HAS_ACCESS).order_by("-created_at", "-id")
    return Consumers(count, [_consumer(one) for one in found[:NAMED_AT_MOST]])


def _consumer(subscription: Subscription) -> Consumer:
    application: Application = subscription.application
    return Consumer(
        id=application.public_id,
        name=application.name,
        team=application.team.slug if application.team else "",
        team_title=application.team.title if application.team else application.person.display_name,
        environment=application.environment.slug,
        version=subscription.version.name,
        plan=subscription.plan.title,
        state=subscription.state,
        since=subscription.approved_at or subscription.created_at,
    )
