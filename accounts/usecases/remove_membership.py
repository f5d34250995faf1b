"""A person leaves a team."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.maintainers import keep_one_maintainer
from accounts.models import Membership
from accounts.permissions import Action
from common.access import require


def remove_membership(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """Raises ``Conflict`` for the last maintainer, unless an administrator does it."""
    team, user = membership.team, membership.user
    require(actor, Action.MEMBERS_MANAGE, team)
    with transaction.atomic():
        role = membership.role
        membership.delete()
        keep_one_maintainer(actor, team)
        record(
            actor=actor,
            action="accounts.membership.removed",
            obj=team,
            name=team.slug,
            team_id=team.pk,
            difference={"person": (user.username, None), "role": (role, None)},
            now=now,
        )
