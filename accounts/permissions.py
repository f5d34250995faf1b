"""Who may do what with people, teams and tokens."""

from enum import StrEnum

from accounts.actor import Actor
from common.access import Decision, grants


class Action(StrEnum):
    """Every action of this room, in the form room.noun.verb."""

    AUDIT_READ = "accounts.audit.read"
    PEOPLE_MANAGE = "accounts.people.manage"
    TEAM_CREATE = "accounts.team.create"
    TEAM_EDIT = "accounts.team.edit"
    TOKEN_CREATE = "accounts.token.create"  # noqa: S105
    TOKEN_REVOKE = "accounts.token.revoke"  # noqa: S105


YES = Decision(True)


def _system(actor: Actor, action: Action) -> bool:
    return action in actor.actions


@grants(Action.PEOPLE_MANAGE, Action.TEAM_CREATE)
def administrators_manage(actor: Actor, _obj: object) -> Decision:
    if actor.is_administrator and actor.has_scope("publish"):
        return YES
    return Decision(False, "Only administrators manage people and teams.")
