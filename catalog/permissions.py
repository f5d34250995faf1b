"""Who may change what in the catalog.

Reading entries is no action: it starts at ``visible_to``. To change an entry takes the publish scope, the publisher's
role and membership in the team that owns it; administrators with the publish scope may change every entry.
"""

from enum import StrEnum

from accounts.actor import Actor
from accounts.models import Role, Scope, Team
from catalog.models import API, Service, System
from common.access import Decision, grants


class Action(StrEnum):
    """Every action of this room, in the form room.noun.verb."""

    API_CREATE = "catalog.api.create"
    API_EDIT = "catalog.api.edit"
    API_PUBLISH = "catalog.api.publish"
    API_SET_LIFECYCLE = "catalog.api.set_lifecycle"
    API_REVERT_LIFECYCLE = "catalog.api.revert_lifecycle"
    API_TRANSFER = "catalog.api.transfer"
    SERVICE_CREATE = "catalog.service.create"
    SERVICE_EDIT = "catalog.service.edit"
    SERVICE_TRANSFER = "catalog.service.transfer"
    SERVICE_REMOVE = "catalog.service.remove"
    GROUPING_READ = "catalog.grouping.read"
    DOMAIN_MANAGE = "catalog.domain.manage"
    SYSTEM_MANAGE = "catalog.system.manage"
    ENVIRONMENT_MANAGE = "catalog.environment.manage"


_YES = Decision(True)
_READ_FIRST = Decision(False, "Sign in, or use a token with the scope read.")
_NO_SCOPE = Decision(False, "This token does not have the publish scope.")
_NO_ROLE = Decision(False, "This needs the publisher role.")
_NOT_OWNER = Decision(False, "Only the team that owns this may change it.")
_NOT_MEMBER = Decision(False, "Only members of a team may create entries it owns.")
_NOT_MAINTAINER = Decision(False, "This needs a maintainer of the team that owns it.")
_NOT_ADMINISTRATOR = Decision(False, "This needs an administrator.")
_NOT_REMOVED = Decision(False, "A service is not removed, only retired.")


@grants(Action.API_CREATE, Action.SERVICE_CREATE)
def members_create(actor: Actor, team: Team | None) -> Decision:
    """The object is the team that will own the entry, ``None`` when nobody will."""
    return _publishes_for(actor, team.pk if team else None, _NOT_MEMBER)


@grants(Action.SERVICE_REMOVE)
def nobody_removes(_actor: Actor, _service: Service) -> Decision:
    """Only lent, to undo what made the service."""
    return _NOT_REMOVED


@grants(Action.API_PUBLISH)
def owners_publish(actor: Actor, api: API | None) -> Decision:
    """Without an object: whether there is any name at all the actor may publish under.

    The refusal is the same for every name, so that it does not tell a private API from another.
    """
    team_id = api.owner_id if api else next(iter(actor.teams), None)
    return _publishes_for(actor, team_id, _NOT_OWNER)


@grants(Action.API_EDIT, Action.API_SET_LIFECYCLE, Action.SERVICE_EDIT)
def owners_change(actor: Actor, entry: API | Service) -> Decision:
    return _publishes_for(actor, entry.owner_id, _NOT_OWNER)


@grants(Action.API_REVERT_LIFECYCLE, Action.API_TRANSFER, Action.SERVICE_TRANSFER)
def maintainers_undo_and_transfer(actor: Actor, entry: API | Service) -> Decision:
    return _maintains(actor, entry.owner_id)


@grants(Action.GROUPING_READ)
def everybody_known_reads(actor: Actor, _obj: object) -> Decision:
    return _YES if actor.is_authenticated and actor.has_scope(Scope.READ) else _READ_FIRST


@grants(Action.SYSTEM_MANAGE)
def maintainers_manage_systems(actor: Actor, system: System) -> Decision:
    """The object is the system as it is or as it would be created, with its owner."""
    return _maintains(actor, system.owner_id)


@grants(Action.DOMAIN_MANAGE, Action.ENVIRONMENT_MANAGE)
def administrators_manage(actor: Actor, _obj: object) -> Decision:
    if not actor.has_scope(Scope.PUBLISH):
        return _NO_SCOPE
    return _YES if actor.is_administrator else _NOT_ADMINISTRATOR


def _publishes_for(actor: Actor, team_id: int | None, otherwise: Decision) -> Decision:
    if not actor.has_scope(Scope.PUBLISH):
        return _NO_SCOPE
    if actor.may_publish_for(team_id):
        return _YES
    return otherwise if actor.role == Role.PUBLISHER else _NO_ROLE


def _maintains(actor: Actor, team_id: int | None) -> Decision:
    allowed = _publishes_for(actor, team_id, _NOT_MAINTAINER)
    if not allowed:
        return allowed
    return _YES if actor.maintains(team_id) else _NOT_MAINTAINER
