"""The invariant that a team with a maintainer keeps one, unless an administrator decides otherwise."""

from accounts.actor import Actor
from accounts.models import Membership, Team, TeamRole
from common.errors import Conflict
from common.locks import lock_until_commit


def keep_one_maintainer(actor: Actor, team: Team) -> None:
    """Raise ``Conflict`` when the team has no maintainer left; call it in the transaction, after the change."""
    if actor.is_administrator:
        return
    lock_until_commit(f"accounts.maintainers:{team.pk}")
    if not Membership.objects.filter(team=team, role=TeamRole.MAINTAINER).exists():
        raise Conflict(f"This is the last maintainer of {team.title}. Make somebody else one first.")
