"""Gateways as people read them: how they are, what they refused, what does not work on them."""

from datetime import datetime

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from catalog.querysets import visible
from common.errors import NotFound
from gateway.carrying import routes_carried_by
from gateway.connected import SILENT_AFTER
from gateway.models import Gateway, Receipt, Route, RouteProblem

ORDERINGS = {"name": ("slug",)}


def gateways(actor: Actor) -> QuerySet[Gateway]:
    """The gateways with team, environments, ``refused_count`` and ``problem_count``: what of the actor's to see Envoy
    refused, and what does not work of routes. Two queries."""
    refused = refusals_of_all(actor).filter(gateway=OuterRef("pk"))
    problems = RouteProblem.objects.filter(visible(actor, "route__api__"), gateway=OuterRef("pk"))
    return (
        Gateway.objects.visible_to(actor)
        .select_related("team")
        .prefetch_related("environments")
        .annotate(refused_count=_count(refused), problem_count=_count(problems))
    )


def gateway_named(actor: Actor, slug: str) -> Gateway:
    """Two queries; raises ``NotFound``."""
    found = gateways(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def refusals_of_all(actor: Actor) -> QuerySet[Receipt]:
    return Receipt.objects.filter(visible(actor, "api__"), refused_generation__gt=F("generation"))


def refusals_of(actor: Actor, gateway: Gateway) -> QuerySet[Receipt]:
    """What its Envoy refused, with the API, the last first."""
    return refusals_of_all(actor).filter(gateway=gateway).select_related("api").order_by("-refused_at", "-pk")


def problems_of(actor: Actor, gateway: Gateway) -> QuerySet[RouteProblem]:
    """What does not work of its routes, with route and API, the last first."""
    found = RouteProblem.objects.filter(visible(actor, "route__api__"), gateway=gateway)
    return found.select_related("route__api", "route__instance__version").order_by("-since", "-pk")


def routes_of(actor: Actor, gateway: Gateway) -> QuerySet[Route]:
    """What it carries of what the actor may know of, by path."""
    found = routes_carried_by(gateway).filter(visible(actor, "api__"))
    return found.select_related("api", "instance__version", "instance__environment").order_by("path", "pk")


def is_heard(gateway: Gateway, now: datetime) -> bool:
    """Whether its agent was heard of lately."""
    return gateway.heard_at is not None and gateway.heard_at >= now - SILENT_AFTER


def state_of(gateway: Gateway, now: datetime) -> str:
    """serving, waiting (its agent is there and its Envoy is not), out_of_contact, or new: never heard of."""
    if gateway.heard_at is None:
        return "new"
    if not is_heard(gateway, now):
        return "out_of_contact"
    return "serving" if gateway.serving_since else "waiting"


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("gateway").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
