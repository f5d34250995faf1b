"""Requests with what their owner decides by: who asks for what, what was said, and what else they use."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.actor import Actor
from catalog.models import API
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


def in_use_beside(actor: Actor, requests: Collection[AccessRequest]) -> dict[int, InUse]:
    """What the application of each request has access to beside what it asks for, by request; APIs that the actor may
    not know of are only counted. One query."""
    rows = Subscription.objects.filter(
        application_id__in={one.subscription.application_id for one in requests},
        state__in=[SubscriptionState.APPROVED, SubscriptionState.SUSPENDED],
    )
    apis: defaultdict[int, dict[int, API]] = defaultdict(dict)
    for row in rows.select_related("api").order_by("api__title", "pk")[:_READ_AT_MOST]:
        apis[row.application_id][row.api_id] = row.api
    return {one.pk: _in_use(actor, apis[one.subscription.application_id], one.subscription.api_id) for one in requests}


def _in_use(actor: Actor, apis: Mapping[int, API], without: int) -> InUse:
    others = [api for pk, api in apis.items() if pk != without]
    names = [api.title for api in others if is_visible(actor, api)][:NAMED_AT_MOST]
    return InUse(tuple(names), len(others) - len(names))
