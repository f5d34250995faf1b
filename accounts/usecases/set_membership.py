"""A person gets a place in a team."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.maintainers import keep_one_maintainer
from accounts.models import Membership, Team, TeamRole, User
from accounts.permissions import Action
from common.access import require


def set_membership(*, actor: Actor, team: Team, user: User, role: TeamRole, now: datetime) -> tuple[Membership, bool]:
    """Return the membership with this role and whether it is new; nothing is written when it was so.

    Raises ``Conflict`` when the last maintainer would become a member, unless an administrator does it.
    """
    require(actor, Action.MEMBERS_MANAGE, team)
    with transaction.atomic():
        membership, created = Membership.objects.select_for_update().get_or_create(
            team=team, user=user, defaults={"role": role, "created_at": now}
        )
        before = None if created else membership.role
        if before == role:
            return membership, False
        if not created:
            membership.role = role
            membership.save(update_fields=["role"])
            keep_one_maintainer(actor, team)
        record(
            actor=actor,
            action="accounts.membership.set",
            obj=team,
            name=team.slug,
            team_id=team.pk,
            difference={"person": (user.username, user.username), "role": (before, str(role))},
            now=now,
        )
    return membership, created
