"""Where every read of discovery starts: what the actor may know of.

Administrators see everything. The team that owns a source looks after it and sees all of it. Other people see the
discovered services that are proposed to, or belong to, their teams: what runs elsewhere is not theirs to know before
somebody publishes it.
"""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.actor import Actor


def _reads(actor: Actor) -> bool:
    return actor.is_authenticated and actor.has_scope("read")


class SourceQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if not _reads(actor):
            return self.none()
        return self if actor.is_administrator else self.filter(owner_id__in=actor.team_ids)


class RunQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if not _reads(actor):
            return self.none()
        return self if actor.is_administrator else self.filter(source__owner_id__in=actor.team_ids)


class DiscoveredServiceQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        if not _reads(actor):
            return self.none()
        if actor.is_administrator:
            return self
        teams = actor.team_ids
        # Subqueries and not joins: each row is then judged by an index alone.
        return self.filter(
            Q(source_id__in=_owned_by(self.model, "source", teams))
            | Q(proposed_owner_id__in=teams)
            | Q(service_id__in=_owned_by(self.model, "service", teams))
        )


def _owned_by(model: type[models.Model], field: str, teams: list[int]) -> models.QuerySet:
    """The ids of the rows that ``field`` can name and these teams own."""
    return model._meta.get_field(field).related_model.objects.filter(owner_id__in=teams).values("pk")


class RuleQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """All rules for everybody signed in: a service's page names the rule that published it."""
        return self if _reads(actor) else self.none()
