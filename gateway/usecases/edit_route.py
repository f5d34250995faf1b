"""What is said about a route changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import set_fields
from catalog.models import APIInstance
from common.access import require
from common.errors import Invalid
from gateway.carrying import gateways_of, lock_routes, refuse_taken
from gateway.models import Route
from gateway.permissions import Action
from gateway.public_urls import public_url
from gateway.routes import checked_path, refuse_wrong, settings_of
from gateway.upstreams import checked_upstream
from marketplace.generations import announce, next_generation


def edit_route(*, actor: Actor, route: Route, changes: Mapping[str, Any], now: datetime) -> list[str]:
    """Give the route what ``changes`` has (``upstream``, ``path`` and settings), and return what changed.

    With another path its instance has another address. The gateways hear of it at commit; nothing is written when
    nothing changed. Raises ``Invalid`` by field.
    """
    environment = route.instance.environment
    gateways = list(gateways_of(environment.pk))
    require(actor, Action.ROUTE_MANAGE, gateways)
    values = settings_of(changes)
    if "upstream" in changes:
        values["upstream"] = checked_upstream(changes["upstream"], gateways)
    if "path" in changes:
        values["path"] = checked_path(changes["path"])
    with transaction.atomic():
        lock_routes()
        row = Route.objects.select_related("instance__version", "instance__environment", "api").get(pk=route.pk)
        difference = set_fields(row, values)
        if not difference:
            return []
        refuse_wrong(row)
        if "path" in difference:
            refuse_taken(row.path, row.api_id, environment, besides=row.pk)
            _move(row.instance, public_url(environment, row.path))
        row.generation = next_generation()
        row.save(update_fields=[*difference, "generation"])
        record(
            actor=actor,
            action="gateway.route.edited",
            obj=row,
            name=f"{row.api.slug} {row.instance.version.name} {row.path}",
            team_id=row.api.owner_id,
            difference=difference,
            now=now,
        )
        announce([row.api_id], row.generation, now)
    route.refresh_from_db()
    return sorted(difference)


def _move(instance: APIInstance, url: str) -> None:
    """The instance has another address and stays the same, for the route belongs to it."""
    others = APIInstance.objects.filter(version=instance.version_id, environment=instance.environment_id, url=url)
    if others.exclude(pk=instance.pk).exists():
        raise Invalid({"gateway_path": "The version has an instance with this address already."})
    APIInstance.objects.filter(pk=instance.pk).update(url=url)
