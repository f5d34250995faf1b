"""Where every read of the gateways starts: what the actor may know of."""

from typing import Self

from django.db import models

from accounts.actor import Actor
from accounts.models import Scope
from catalog.querysets import visible


class GatewayQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All gateways for everybody signed in: where calls go is no secret inside the organisation."""
        return self if actor.is_authenticated and actor.has_scope(Scope.READ) else self.none()


class RouteQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Routes of the APIs that the actor may know of."""
        return self.filter(visible(actor, "api__"))
