"""With what somebody may call a version from its page: subscriptions that open it, and ways that need no key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from catalog.models import APIVersion
from catalog.questions import Calling, Way
from common.errors import NotFound
from marketplace.coverage import covers
from marketplace.models import Authentication, Subscription, SubscriptionState
from marketplace.querysets import held_by

#: Somebody in many teams has no use for a longer list.
CALLERS_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """In whose name the console calls, and where. Without a ``subscription`` it sends no key."""

    way: Way
    subscription: str
    title: str


def callers_of(actor: Actor, version: APIVersion, calling: Calling, now: datetime) -> list[Caller]:
    """Every choice, production first; in each environment those with a key before the one without. One query."""
    opened = opening_subscriptions(actor, version, now)
    return [caller for way in calling.ways for caller in _through(way, opened)]


def opening_subscription(actor: Actor, version: APIVersion, public_id: str, now: datetime) -> Subscription:
    """The one of that id, if it opens the version; raises ``NotFound``."""
    for one in opening_subscriptions(actor, version, now):
        if one.public_id == public_id:
            return one
    raise NotFound("There is no subscription here that opens this version.")


def opening_subscriptions(actor: Actor, version: APIVersion, now: datetime) -> list[Subscription]:
    """Approved subscriptions of the actor's own applications, on plans with a key, which open the version."""
    found = [one for one in _approved(actor, version, now) if covers(one.version.name, version.name)]
    return found[:CALLERS_AT_MOST]


def _approved(actor: Actor, version: APIVersion, now: datetime) -> QuerySet[Subscription]:
    return (
        Subscription.objects.visible_to(actor)
        .filter(
            held_by(actor, "application__"),
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            api_id=version.api_id,
            state=SubscriptionState.APPROVED,
            plan__authentication=Authentication.API_KEY,
        )
        .select_related("application__team", "application__environment", "plan", "version", "api")
        .order_by("application__name", "id")
    )


def _through(way: Way, opened: list[Subscription]) -> Iterator[Caller]:
    for one in opened:
        if one.application.environment.slug == way.environment:
            title = f"{one.application.name}, {way.environment_title}, plan {one.plan.title}"
            yield Caller(way, one.public_id, title)
    if way.is_keyless:
        yield Caller(way, "", f"Without a key, {way.environment_title}")
