"""Which requests wait for somebody, and for whom."""

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Role, Scope
from common.paging import Count
from marketplace.models import AccessRequest, RequestState
from marketplace.querysets import held_by

#: Further than this the menu says «99+».
WAITING_LIMIT = 99


def requests_to_decide(actor: Actor) -> QuerySet[AccessRequest]:
    """Open requests that the actor may decide, as ``marketplace.permissions.owners_decide`` says of each."""
    waiting = AccessRequest.objects.filter(state__in=[RequestState.PENDING, RequestState.ASKED])
    if not actor.is_authenticated or not actor.has_scope(Scope.MARKETPLACE):
        return waiting.none()
    if actor.is_administrator:
        return waiting
    if actor.role != Role.PUBLISHER or not actor.teams:
        return waiting.none()
    return waiting.filter(subscription__api__owner_id__in=actor.team_ids)


def requests_to_answer(actor: Actor) -> QuerySet[AccessRequest]:
    """Requests of the actor's applications whose owner asked something back."""
    if not actor.is_authenticated or not actor.has_scope(Scope.MARKETPLACE):
        return AccessRequest.objects.none()
    return AccessRequest.objects.filter(held_by(actor, "subscription__application__"), state=RequestState.ASKED)


def waiting_requests(actor: Actor) -> Count:
    """How many requests wait for a decision of the actor or for an answer, counted to ``WAITING_LIMIT``; at most one
    query. What somebody else was asked about waits for them."""
    if not actor.is_authenticated or not actor.has_scope(Scope.MARKETPLACE):
        return Count(0, True)
    branches = [requests_to_decide(actor).filter(state=RequestState.PENDING), requests_to_answer(actor)]
    ids = [branch.order_by().values("pk")[: WAITING_LIMIT + 1] for branch in branches if not branch.query.is_empty()]
    found = ids[0].union(*ids[1:])[: WAITING_LIMIT + 1].count() if len(ids) > 1 else ids[0].count()
    return Count(min(found, WAITING_LIMIT), found <= WAITING_LIMIT)
