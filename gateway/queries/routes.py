"""Routes as people read them, with where they are in force."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from gateway.models import Gateway, Route, Subject
from gateway.queries.in_force import enforcement_of
from marketplace.questions import Enforced


def routes(actor: Actor, api_slug: str) -> QuerySet[Route]:
    """The routes of an API that the actor may know of, production first."""
    return (
        _routes(actor)
        .filter(api__slug=api_slug)
        .order_by("instance__environment__position", "instance__environment__slug", "path")
    )


def route_of(actor: Actor, public_id: str) -> Route:
    """One query; raises ``NotFound``."""
    found = _routes(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def with_enforcement(found: Collection[Route], now: datetime) -> list[Route]:
    """The routes, each with its ``enforcement``; five queries, however many."""
    rows = [Enforced(one.pk, one.api_id, one.instance.environment_id, one.generation) for one in found]
    known = enforcement_of(Subject.ROUTE, rows, now)
    for one in found:
        one.enforcement = known[one.pk]
    return list(found)


def may_know_upstreams(actor: Actor, api_owner_id: int | None) -> bool:
    """Whether the actor may know where routes lead: the API's owners, those who maintain gateways, administrators."""
    if actor.is_administrator or api_owner_id in actor.teams:
        return True
    return Gateway.objects.filter(team_id__in=actor.team_ids).exists()


def _routes(actor: Actor) -> QuerySet[Route]:
    return Route.objects.visible_to(actor).select_related("api", "instance__version", "instance__environment")
