"""Who may do what with people, teams and tokens.

A token acts for its holder narrowed by its scopes, and with one more limit: it makes neither tokens nor webhooks and
manages no people, so that a leaked token cannot make itself permanent. Only an administrator's token with `publish`
may, for those who automate people.
"""

from enum import StrEnum

from accounts.actor import Actor
from accounts.models import ApiToken, Role, Scope, Team, User
from common.access import Decision, grants


class Action(StrEnum):
    """Every action of this room, in the form room.noun.verb."""

    AUDIT_READ = "accounts.audit.read"
    MEMBERS_MANAGE = "accounts.membership.manage"
    NOTICE_READ = "accounts.notice.read"
    NOTICE_MARK = "accounts.notice.mark"
    PASSWORD_CHANGE = "accounts.password.change"  # noqa: S105
    PEOPLE_MANAGE = "accounts.people.manage"
    PEOPLE_READ = "accounts.people.read"
    PROFILE_EDIT = "accounts.profile.edit"
    SELF_READ = "accounts.self.read"
    TEAM_CREATE = "accounts.team.create"
    TEAM_EDIT = "accounts.team.edit"
    TEAM_READ = "accounts.team.read"
    TOKEN_CREATE = "accounts.token.create"  # noqa: S105
    TOKEN_READ = "accounts.token.read"  # noqa: S105
    TOKEN_REVOKE = "accounts.token.revoke"  # noqa: S105
    WEBHOOK_MANAGE = "accounts.webhook.manage"
    WEBHOOK_READ = "accounts.webhook.read"


YES = Decision(True)
READ_FIRST = Decision(False, "Sign in, or use a token with the scope read.")


@grants(
    Action.AUDIT_READ, Action.NOTICE_READ, Action.SELF_READ, Action.TEAM_READ, Action.TOKEN_READ, Action.WEBHOOK_READ
)
def everybody_known_reads(actor: Actor, _obj: object) -> Decision:
    """What exactly they read is the matter of ``visible_to``."""
    return YES if actor.is_authenticated and actor.has_scope("read") else READ_FIRST


@grants(Action.PEOPLE_READ)
def administrators_read(actor: Actor, _obj: object) -> Decision:
    if actor.is_administrator and actor.has_scope("read"):
        return YES
    return Decision(False, "Only administrators see everybody.")


@grants(Action.PEOPLE_MANAGE, Action.TEAM_CREATE)
def administrators_manage(actor: Actor, _obj: object) -> Decision:
    if actor.is_administrator and actor.has_scope("publish"):
        return YES
    return Decision(False, "Only administrators manage people and teams.")


@grants(Action.TEAM_EDIT)
def maintainers_edit(actor: Actor, team: Team) -> Decision:
    if actor.maintains(team.pk):
        return YES
    return Decision(False, f"Only maintainers of {team.title} and administrators change it.")


@grants(Action.MEMBERS_MANAGE)
def maintainers_manage_members(actor: Actor, team: Team) -> Decision:
    if not actor.maintains(team.pk):
        return Decision(False, f"Only maintainers of {team.title} and administrators manage its members.")
    return _in_person(actor, "manage people")


@grants(Action.PROFILE_EDIT, Action.PASSWORD_CHANGE)
def people_change_themselves(actor: Actor, user: User) -> Decision:
    if actor.is_person and actor.user_id == user.pk:
        return YES
    return Decision(False, "Only the person does this, signed in.")


@grants(Action.NOTICE_MARK)
def people_mark_their_notices(actor: Actor, _obj: object) -> Decision:
    """Whose they are is the matter of ``visible_to``; a token writes only where it may more than read."""
    if actor.user_id is None:
        return Decision(False, "Only people have notices.")
    if actor.has_scope(Scope.PUBLISH) or actor.has_scope(Scope.MARKETPLACE):
        return YES
    return Decision(False, "This token may only read.")


@grants(Action.WEBHOOK_MANAGE)
def maintainers_manage_webhooks(actor: Actor, team: Team | None) -> Decision:
    """The object is the team whose webhook it is, ``None`` for those of the site."""
    if team is None and not (actor.is_administrator and actor.has_scope(Scope.PUBLISH)):
        return Decision(False, "Only administrators manage the webhooks of the site.")
    if team is not None and not actor.maintains(team.pk):
        return Decision(False, f"Only maintainers of {team.title} and administrators manage its webhooks.")
    return _in_person(actor, "manage webhooks")


@grants(Action.TOKEN_CREATE)
def holders_make_tokens(actor: Actor, holder: User | Team | Role) -> Decision:
    """For oneself, for a team one maintains, or as administrator for any team and for a role."""
    match holder:
        case User() if actor.user_id != holder.pk:
            return Decision(False, "People make their own tokens.")
        case Team() if not actor.maintains(holder.pk):
            return Decision(False, f"Only maintainers of {holder.title} and administrators make its tokens.")
        case Role() if not actor.is_administrator:
            return Decision(False, "Only administrators make tokens of a role.")
    return _in_person(actor, "make tokens")


@grants(Action.TOKEN_REVOKE)
def holders_revoke_tokens(actor: Actor, token: ApiToken) -> Decision:
    """A token may end itself; otherwise who could have made it."""
    if actor.token_id == token.pk or (actor.is_administrator and actor.has_scope("publish")):
        return YES
    own = token.user_id is not None and token.user_id == actor.user_id
    if actor.is_person and (own or (token.team_id and actor.maintains(token.team_id))):
        return YES
    return Decision(False, "Only the holder, maintainers of its team and administrators revoke a token.")


def _in_person(actor: Actor, verb: str) -> Decision:
    if actor.is_person or (actor.is_administrator and actor.has_scope("publish")):
        return YES
    return Decision(False, f"A token does not {verb}, unless it is an administrator's with the scope publish.")
