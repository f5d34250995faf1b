"""Where every read of the marketplace starts: what the actor may know of.

An application is known to its holders, to the owners of the APIs it asked for, and to administrators. What belongs to
an application is known to its holders; of a subscription, a request and a key also to the owner of that API.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.actor import Actor
from accounts.models import Scope


def held_by(actor: Actor, prefix: str = "") -> Q:
    """The condition that an application is the actor's own or one of their teams'; ``prefix`` leads to it."""
    condition = Q(**{f"{prefix}team_id__in": actor.team_ids})
    if actor.user_id is not None:
        condition |= Q(**{f"{prefix}person_id": actor.user_id})
    return condition


def _reads(actor: Actor) -> bool:
    return actor.is_authenticated and actor.has_scope(Scope.READ)


def _sees_all(actor: Actor) -> bool:
    return actor.is_administrator or actor.sees_everything


def _concerning(subscriptions: models.QuerySet, actor: Actor) -> models.QuerySet:
    """Ids of the subscriptions of applications that the actor holds, and of those to APIs of their teams.

    One read of an index for each way to be concerned, put together: as one condition with OR over what two joins bring,
    every subscription there is would be looked at.
    """
    held = subscriptions.filter(held_by(actor, "application__"))
    owned = subscriptions.filter(api__owner_id__in=actor.team_ids)
    return held.order_by().values("pk").union(owned.order_by().values("pk"), all=True)


def _model_of(rows: models.QuerySet, field: str) -> type[models.Model]:
    """The model that a field of these rows leads to; importing it would go in a circle."""
    return rows.model._meta.get_field(field).related_model


class ApplicationQuerySet(models.QuerySet):
    def held_by(self, actor: Actor) -> Self:
        """Those the actor may use: one's own and one's teams'; none for a token without person or team."""
        return self.filter(held_by(actor)) if _reads(actor) else self.none()

    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        if not _reads(actor):
            return self.none()
        held = self.model.objects.filter(held_by(actor)).order_by().values("pk")
        asked = _model_of(self, "subscriptions").objects.filter(api__owner_id__in=actor.team_ids).order_by()
        return self.filter(pk__in=held.union(asked.values("application_id"), all=True))


class SubscriptionQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        return self.filter(pk__in=_concerning(self.model.objects, actor)) if _reads(actor) else self.none()


class AccessRequestQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        subscriptions = _model_of(self, "subscription").objects
        return self.filter(subscription__in=_concerning(subscriptions, actor)) if _reads(actor) else self.none()


class CredentialQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        subscriptions = _model_of(self, "subscription").objects
        return self.filter(subscription__in=_concerning(subscriptions, actor)) if _reads(actor) else self.none()

    def live(self, now: datetime) -> Self:
        """Neither revoked nor expired, as far as the keys themselves say."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
