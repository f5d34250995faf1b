"""What the catalog asks about calling: through which gateways a version is reached, and how much is allowed."""

from collections.abc import Iterator

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actor import Actor
from catalog.models import APIVersion
from catalog.questions import Calling, Offer, Way, how_to_call
from gateway.models import Gateway, Route
from marketplace.models import Authentication, Plan, Subscription, SubscriptionState
from marketplace.plans import limits_of


@how_to_call.answer_with
def calling_of(actor: Actor, version: APIVersion) -> Calling | None:
    """A way for each gateway that carries a route of the version, production first. One query where there is no route,
    three otherwise."""
    if not actor.is_authenticated:
        return None
    routes = list(
        Route.objects.visible_to(actor)
        .filter(instance__version=version)
        .select_related("instance__environment")
        .order_by("instance__environment__position", "path")
    )
    if not routes:
        return Calling()
    plans = list(_open_plans(version))
    is_keyless = any(plan.authentication == Authentication.KEYLESS for plan in plans)
    gateways = list(
        Gateway.objects.visible_to(actor)
        .annotate(carried=ArrayAgg("environments", filter=Q(environments__isnull=False), default=[]))
        .order_by("slug")
    )
    ways = [way for route in routes for way in _ways(route, gateways, is_keyless=is_keyless)]
    return Calling(ways, [_offer(plan) for plan in plans if plan.deprecated_at is None])


def _open_plans(version: APIVersion) -> QuerySet[Plan]:
    """Those that take subscribers, and those without keys that are deprecated and still let some in."""
    on_it = Subscription.objects.filter(plan=OuterRef("pk"), state=SubscriptionState.APPROVED)
    still_open = Q(Exists(on_it), authentication=Authentication.KEYLESS)
    plans = Plan.objects.filter(Q(deprecated_at__isnull=True) | still_open, api_id=version.api_id)
    return plans.order_by("position", "id")


def _ways(route: Route, gateways: list[Gateway], *, is_keyless: bool) -> Iterator[Way]:
    environment = route.instance.environment
    for gateway in gateways:
        if not gateway.carried or environment.pk in gateway.carried:
            url = gateway.url.rstrip("/") + route.path
            yield Way(environment.slug, environment.title, gateway.title, url, is_keyless)


def _offer(plan: Plan) -> Offer:
    words = [
        f"{limit['requests']:,} {'an' if limit['per'] == 'hour' else 'a'} {limit['per']}" for limit in limits_of(plan)
    ]
    return Offer(plan.title, " and ".join(words) or "No limit", plan.authentication == Authentication.KEYLESS)
