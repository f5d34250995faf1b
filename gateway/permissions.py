"""Who may do what with gateways.

Administrators add them; the team that maintains a gateway says which routes lead where, for the upstream of a route is
an address that the gateway calls from where it stands. Tokens need the scope ``marketplace``.
"""

from collections.abc import Collection
from enum import StrEnum

from accounts.actor import Actor
from accounts.models import Scope
from catalog.models import API
from common.access import Decision, grants
from gateway.models import Gateway
from marketplace.models import Application


class Action(StrEnum):
    """Every action of this room, in the form room.noun.verb."""

    GATEWAY_READ = "gateway.gateway.read"
    GATEWAY_MANAGE = "gateway.gateway.manage"
    GATEWAY_FOLLOW = "gateway.gateway.follow"
    ROUTE_MANAGE = "gateway.route.manage"
    USAGE_READ = "gateway.usage.read"


_YES = Decision(True)
_READ_FIRST = Decision(False, "Sign in, or use a token with the scope read.")
_NO_SCOPE = Decision(False, "This token does not have the marketplace scope.")
_NOT_ADMINISTRATOR = Decision(False, "Only administrators add and change gateways.")
_NOT_MAINTAINER = Decision(False, "Only the teams that maintain the gateways of this environment set what they call.")
_NOT_AGENT = Decision(False, "Only the agent of a gateway does this, with the gateway's own token.")
_NOT_CONCERNED = Decision(False, "Only the team that owns it sees its traffic.")


@grants(Action.GATEWAY_READ)
def everybody_known_reads(actor: Actor, _obj: object) -> Decision:
    return _YES if actor.is_authenticated and actor.has_scope(Scope.READ) else _READ_FIRST


@grants(Action.GATEWAY_MANAGE)
def administrators_manage(actor: Actor, _obj: object) -> Decision:
    if not actor.has_scope(Scope.MARKETPLACE):
        return _NO_SCOPE
    return _YES if actor.is_administrator else _NOT_ADMINISTRATOR


@grants(Action.GATEWAY_FOLLOW)
def agents_follow(_actor: Actor, _obj: object) -> Decision:
    """Hearing what a gateway has to do, and saying what it did: of system actors only, which agents are."""
    return _NOT_AGENT


@grants(Action.ROUTE_MANAGE)
def maintainers_route(actor: Actor, gateways: Collection[Gateway]) -> Decision:
    """The object is all gateways that would carry the route: every one of them has to be maintained by the actor."""
    if not actor.has_scope(Scope.MARKETPLACE):
        return _NO_SCOPE
    if actor.is_administrator:
        return _YES
    return _YES if gateways and all(one.team_id in actor.teams for one in gateways) else _NOT_MAINTAINER


@grants(Action.USAGE_READ)
def concerned_read(actor: Actor, subject: API | Application) -> Decision:
    """The team that owns an API sees its traffic, the holders of an application what it sends."""
    if not (actor.is_authenticated and actor.has_scope(Scope.READ)):
        return _READ_FIRST
    if actor.is_administrator:
        return _YES
    if isinstance(subject, API):
        return _YES if subject.owner_id in actor.teams else _NOT_CONCERNED
    own = subject.person_id is not None and subject.person_id == actor.user_id
    return _YES if own or subject.team_id in actor.teams else _NOT_CONCERNED
