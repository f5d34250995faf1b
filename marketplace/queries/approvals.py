"""Requests with what their owner decides by: who asks for what, what was said, and what else they use."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.actor import Actor
from catalog.querysets import is_visible
from marketplace.models import AccessMessage, AccessRequest, RequestState, Subscription, SubscriptionState
from marketplace.queries.attention import requests_to_decide
from marketplace.querysets import held_by

OPEN = (RequestState.PENDING, RequestState.ASKED)
NAMED_AT_MOST = 5
_READ_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class InUse:
    """What else an application has access to: names that the reader may know, the first of them, and how many more."""

    names: tuple[str, ...]
    more: int


def waiting(actor: Actor) -> QuerySet[AccessRequest]:
    """Open requests that the actor may decide, for ordering by ``requested_at``."""
    return with_context(requests_to_decide(actor))


def decided(actor: Actor) -> QuerySet[AccessRequest]:
    """Requests to the APIs of the actor's teams that had their answer, or were withdrawn."""
    answered = AccessRequest.objects.exclude(state__in=OPEN)
    if not actor.is_administrator:
        answered = answered.filter(subscription__api__owner_id__in=actor.team_ids)
    return with_context(answered)


def made(actor: Actor) -> QuerySet[AccessRequest]:
    """Requests of the actor's own applications and those of the actor's teams."""
    return with_context(AccessRequest.objects.filter(held_by(actor, "subscription__application__")))


def with_context(requests: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """With all a row says, and ``said``, the messages in their order; one query besides."""
    about = "subscription__"
    messages = AccessMessage.objects.order_by("at", "pk")
    return requests.select_related(
        "plan",
        f"{about}plan",
        f"{about}api__owner",
        f"{about}version",
        f"{about}application__team",
        f"{about}application__person",
        f"{about}application__environment",
    ).prefetch_related(Prefetch("messages", messages, to_attr="said"))


def in_use_by(actor: Actor, application_ids: Collection[int], without: Collection[int]) -> dict[int, InUse]:
    """What these applications have access to beside the subscriptions ``without``; APIs that the actor may not know of
    are only counted. One query."""
    rows = Subscription.objects.filter(
        application_id__in=application_ids, state__in=[SubscriptionState.APPROVED, SubscriptionState.SUSPENDED]
    ).exclude(pk__in=without)
    found: defaultdict[int, list[Subscription]] = defaultdict(list)
    for row in rows.select_related("api").order_by("api__title", "pk")[:_READ_AT_MOST]:
        found[row.application_id].append(row)
    return {application: _in_use(actor, rows) for application, rows in found.items()}


def _in_use(actor: Actor, rows: Collection[Subscription]) -> InUse:
    names = list(dict.fromkeys(row.api.title for row in rows if is_visible(actor, row.api)))
    hidden = len({row.api_id for row in rows if not is_visible(actor, row.api)})
    return InUse(tuple(names[:NAMED_AT_MOST]), len(names[NAMED_AT_MOST:]) + hidden)
