"""Where every read of the marketplace starts: what the actor may know of.

An application is known to its holders, to the owners of the APIs it asked for, and to administrators. What belongs to
an application is known to its holders; of a subscription, a request and a key also to the owner of that API.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

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


class ApplicationQuerySet(models.QuerySet):
    def held_by(self, actor: Actor) -> Self:
        """Those the actor may use: one's own and one's teams'; none for a token without person or team."""
        return self.filter(held_by(actor)) if _reads(actor) else self.none()

    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        if not _reads(actor):
            return self.none()
        subscriptions = self.model._meta.get_field("subscriptions").related_model
        asks = subscriptions.objects.filter(application_id=OuterRef("pk"), api__owner_id__in=actor.team_ids)
        return self.filter(held_by(actor) | Q(Exists(asks)))


class SubscriptionQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        if not _reads(actor):
            return self.none()
        return self.filter(held_by(actor, "application__") | Q(api__owner_id__in=actor.team_ids))


class AccessRequestQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        if not _reads(actor):
            return self.none()
        owned = Q(subscription__api__owner_id__in=actor.team_ids)
        return self.filter(held_by(actor, "subscription__application__") | owned)


class CredentialQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if _sees_all(actor):
            return self
        if not _reads(actor):
            return self.none()
        owned = Q(subscription__api__owner_id__in=actor.team_ids)
        return self.filter(held_by(actor, "subscription__application__") | owned)

    def live(self, now: datetime) -> Self:
        """Neither revoked nor expired, as far as the keys themselves say."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
