"""What waits for a person, counted as far as a page shows it."""

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Role, Scope
from common.paging import Count
from discovery.models import DiscoveredService, State

#: Further than this the menu says «99+».
NEW_LIMIT = 99


def new_services(actor: Actor) -> Count:
    """How many new services the actor may decide about, counted to ``NEW_LIMIT``; at most one query.

    The same people as ``discovery.permissions.those_concerned_decide``, as one read of an index for each way to be
    concerned instead of one condition over all rows. A new service belongs to no catalog service yet.
    """
    branches = _new_for(actor)
    if not branches:
        return Count(0, True)
    ids = [branch.values("pk")[: NEW_LIMIT + 1] for branch in branches]
    found = ids[0].union(*ids[1:])[: NEW_LIMIT + 1].count() if len(ids) > 1 else ids[0].count()
    return Count(min(found, NEW_LIMIT), found <= NEW_LIMIT)


def new_without_owner(actor: Actor) -> Count:
    """How many of them no team is proposed for, counted to ``NEW_LIMIT``; they are the matter of the source's team."""
    branches = [branch.filter(proposed_owner=None) for branch in _new_for(actor)[:1]]
    found = branches[0].values("pk")[: NEW_LIMIT + 1].count() if branches else 0
    return Count(min(found, NEW_LIMIT), found <= NEW_LIMIT)


def _new_for(actor: Actor) -> list[QuerySet]:
    """The new services in one read each: those of the actor's own sources, then those proposed to the actor's teams."""
    if not actor.is_authenticated or not actor.has_scope(Scope.DISCOVERY):
        return []
    new = DiscoveredService.objects.filter(state=State.NEW).order_by()
    if actor.is_administrator:
        return [new]
    if actor.role != Role.PUBLISHER or not actor.teams:
        return []
    return [new.filter(source__owner_id__in=actor.team_ids), new.filter(proposed_owner_id__in=actor.team_ids)]
