"""What the inbox asks beside its rows: how far up a list has grown, and which namespaces there are."""

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from discovery.models import DiscoveredService


def newer_than(found: QuerySet[DiscoveredService], top: DiscoveredService) -> QuerySet[DiscoveredService]:
    """Those of the rows that stand above this one where the newest come first."""
    same = Q(first_seen_at=top.first_seen_at, pk__gt=top.pk)
    return found.filter(Q(first_seen_at__gt=top.first_seen_at) | same)


def namespaces(actor: Actor, beginning: str, limit: int = 50) -> list[str]:
    """The first namespaces by name that begin so and have something the actor may see; one query."""
    visible = DiscoveredService.objects.visible_to(actor).filter(namespace__startswith=beginning)
    return list(visible.order_by("namespace").values_list("namespace", flat=True).distinct()[:limit])
