"""Where every read of the catalog starts: what the actor may know of."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.actor import Actor


def visible(actor: Actor, prefix: str = "") -> Q:
    """The condition on an entry's visibility and owner; ``prefix`` is the path to the entry (``api__``)."""
    if not actor.has_scope("read"):
        return Q(pk__in=[])
    if actor.is_administrator or actor.sees_everything:
        return Q()
    if not actor.is_authenticated:
        return Q(**{f"{prefix}visibility": "public"})
    condition = Q(**{f"{prefix}visibility__in": ["public", "internal"]})
    if actor.teams:
        condition |= Q(**{f"{prefix}owner_id__in": actor.team_ids})
    return condition


def is_visible(actor: Actor, entry: models.Model) -> bool:
    """What ``visible`` says, of an API or a service that was read already."""
    return may_know(actor, entry.visibility, entry.owner_id)


def may_know(actor: Actor, visibility: str, owner_id: int | None) -> bool:
    """The same of an entry of which only this was read."""
    if not actor.has_scope("read"):
        return False
    if actor.is_administrator or actor.sees_everything or visibility == "public":
        return True
    return actor.is_authenticated and (visibility == "internal" or owner_id in actor.teams)


class EntryQuerySet(models.QuerySet):
    """APIs or services."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(visible(actor))


class GroupingQuerySet(models.QuerySet):
    """Domains, systems, tags or environments: how the organisation is cut up, known to everybody signed in."""

    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_authenticated and actor.has_scope("read") else self.none()
