"""Applications, with what they have."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.actor import Actor
from common.errors import NotFound
from marketplace.models import Application, Credential, Subscription, SubscriptionState
from marketplace.queries.consumers import HAS_ACCESS

ORDERINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
}


def applications(actor: Actor) -> QuerySet[Application]:
    """Those the actor may know of, with holder, environment and service; for ``with_counts`` when they are read."""
    return Application.objects.visible_to(actor).select_related("team", "person", "environment", "service")


def application_of(actor: Actor, public_id: str) -> Application:
    """The application, as ``with_counts`` has it; three queries. Raises ``NotFound``."""
    found = applications(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return with_counts(actor, [found])[0]


def with_counts(actor: Actor, rows: Sequence[Application]) -> Sequence[Application]:
    """The same with ``subscription_count`` (approved or suspended), ``pending_count`` and ``key_count`` (live keys), of
    what the actor may know of; two queries."""
    ids = [row.pk for row in rows]
    subscriptions = Subscription.objects.visible_to(actor).filter(application__in=ids)
    counted = (
        subscriptions.order_by()
        .values("application_id")
        .annotate(
            live=Count("pk", filter=Q(state__in=HAS_ACCESS)),
            pending=Count("pk", filter=Q(state=SubscriptionState.PENDING)),
        )
    )
    numbers = {one["application_id"]: one for one in counted}
    keys = (
        Credential.objects.visible_to(actor)
        .live(timezone.now())
        .filter(subscription__application__in=ids, subscription__state__in=HAS_ACCESS)
    )
    keys_of = dict(
        keys.order_by()
        .values("subscription__application_id")
        .annotate(count=Count("pk"))
        .values_list("subscription__application_id", "count")
    )
    for row in rows:
        own = numbers.get(row.pk, {})
        row.subscription_count, row.pending_count = own.get("live", 0), own.get("pending", 0)
        row.key_count = keys_of.get(row.pk, 0)
    return rows
