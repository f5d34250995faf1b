"""A route is no more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.metadata import InstanceValue
from catalog.models import APIInstance
from catalog.permissions import Action as CatalogAction
from catalog.usecases.edit_version import edit_version
from common.access import require
from common.locks import lock_until_commit
from gateway.carrying import gateways_of, lock_routes
from gateway.models import Route
from gateway.permissions import Action


def remove_route(*, actor: Actor, route: Route, now: datetime) -> None:
    """The route is gone, and the instance that it made; calls to its path are refused where its gateways hear of it.

    They hear of it like of any route that goes (``gateway.receivers``).
    """
    version = route.instance.version
    require(actor, Action.ROUTE_MANAGE, list(gateways_of(route.instance.environment_id)))
    with transaction.atomic():
        lock_routes()
        record(
            actor=actor,
            action="gateway.route.removed",
            obj=route,
            name=f"{route.api.slug} {version.name} {route.path}",
            team_id=route.api.owner_id,
            now=now,
        )
        # In the order in which every edit of the API takes these two: the API's lock, then the counter of generations,
        # which the row's end advances. An instance that carries a route would be kept.
        lock_until_commit(f"catalog.api:{route.api.slug}")
        instance_id = route.instance_id
        route.delete()
        found = APIInstance.objects.filter(version=version).exclude(pk=instance_id).select_related("environment")
        kept = [InstanceValue(environment=one.environment.slug, url=one.url) for one in found]
        edit_version(actor=actor.lent(CatalogAction.API_EDIT), version=version, metadata={"instances": kept}, now=now)
