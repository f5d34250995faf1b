"""A team comes into being."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.changes import check
from accounts.models import Team
from accounts.permissions import Action
from common.access import require


def create_team(*, actor: Actor, slug: str, title: str, description: str = "", now: datetime) -> Team:
    """Return the new team, still without members; raises ``Invalid`` by field."""
    require(actor, Action.TEAM_CREATE)
    team = Team(slug=slug, title=title, description=description, created_at=now)
    check(team)
    with transaction.atomic():
        team.save(force_insert=True)
        record(actor=actor, action="accounts.team.created", obj=team, name=team.slug, team_id=team.pk, now=now)
    return team
