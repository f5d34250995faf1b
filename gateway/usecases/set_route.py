"""A version gets a route through the gateways of an environment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.metadata import InstanceValue
from catalog.models import APIInstance, APIVersion, Environment, Lifecycle
from catalog.permissions import Action as CatalogAction
from catalog.usecases.edit_version import edit_version
from common.access import require
from common.errors import Conflict
from gateway.carrying import gateways_of, lock_routes, refuse_taken
from gateway.models import Route
from gateway.permissions import Action
from gateway.public_urls import public_url
from gateway.routes import checked_path, refuse_wrong, settings_of
from gateway.upstreams import checked_upstream
from marketplace.generations import announce, next_generation


def set_route(
    *,
    actor: Actor,
    version: APIVersion,
    environment: Environment,
    upstream: str,
    path: str,
    now: datetime,
    settings: Mapping[str, Any] | None = None,
) -> Route:
    """The route, with the instance of the version that it makes: the gateway's public address and the path.

    The gateways hear of it at commit. Raises ``Invalid`` by field (an upstream that a gateway may not call, a path that
    is another's, an environment without gateways), and ``Conflict`` for a retired version.
    """
    gateways = list(gateways_of(environment.pk))
    require(actor, Action.ROUTE_MANAGE, gateways)
    url = public_url(environment, checked_path(path))
    values = {
        "path": checked_path(path),
        "upstream": checked_upstream(upstream, gateways),
        **settings_of(settings or {}),
    }
    with transaction.atomic():
        lock_routes()
        if APIVersion.objects.get(pk=version.pk).lifecycle == Lifecycle.RETIRED:
            raise Conflict(f"Version {version.name} is retired, and gateways do not serve it.")
        refuse_taken(values["path"], version.api_id, environment)
        instance = _instance(actor, version, environment, url, now)
        route = Route(instance=instance, api=version.api, created_at=now, created_by=actor.name[:200], **values)
        refuse_wrong(route)
        route.generation = next_generation()
        route.save()
        record(
            actor=actor,
            action="gateway.route.set",
            obj=route,
            name=f"{version.api.slug} {version.name} {route.path}",
            team_id=version.api.owner_id,
            difference={"environment": ("", environment.slug)} | {name: ("", value) for name, value in values.items()},
            now=now,
        )
        announce([version.api_id], route.generation, now)
    return route


def _instance(actor: Actor, version: APIVersion, environment: Environment, url: str, now: datetime) -> APIInstance:
    """The instance with that address, whoever named it; made in the actor's name, who sets what gateways carry."""
    found = APIInstance.objects.filter(version=version).select_related("environment")
    present = [InstanceValue(environment=one.environment.slug, url=one.url) for one in found]
    wanted = InstanceValue(environment=environment.slug, url=url)
    if wanted not in present:
        lent = actor.lent(CatalogAction.API_EDIT)
        edit_version(actor=lent, version=version, metadata={"instances": [*present, wanted]}, now=now)
    return APIInstance.objects.select_related("environment").get(version=version, environment=environment, url=url)
