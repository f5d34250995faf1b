"""Who may do what with sources, runs, discovered services and publication rules.

Only administrators add and change sources and rules. The team that owns a source looks after it: its publishers start
runs, decide about losses and work through the inbox. Publishers of the team that a discovered service is proposed to,
or whose service it is, decide about that one. That it is a place of a service which has an owner is for that team
(``discovery.deciding.may_join``). Tokens need the scope ``discovery`` for all of it.
"""

from enum import StrEnum

from accounts.actor import Actor
from accounts.models import Role, Scope
from common.access import Decision, grants
from discovery.models import DiscoveredService, Source


class Action(StrEnum):
    """Every action of this room, in the form room.noun.verb."""

    DISCOVERY_READ = "discovery.read"
    SOURCE_MANAGE = "discovery.source.manage"
    SOURCE_RUN = "discovery.source.run"
    LOSS_DECIDE = "discovery.loss.decide"
    SERVICE_DECIDE = "discovery.service.decide"
    RULE_MANAGE = "discovery.rule.manage"


_YES = Decision(True)
_READ_FIRST = Decision(False, "Sign in, or use a token with the scope read.")
_NO_SCOPE = Decision(False, "This token does not have the discovery scope.")
_NOT_ADMINISTRATOR = Decision(False, "This needs an administrator.")
_NOT_CARETAKER = Decision(False, "This needs a publisher of the team that owns the source.")
_NOT_CONCERNED = Decision(False, "This needs a publisher of the team that owns the source, or that the service is for.")


@grants(Action.DISCOVERY_READ)
def everybody_known_reads(actor: Actor, _obj: object) -> Decision:
    """What exactly they read is the matter of ``visible_to``."""
    return _YES if actor.is_authenticated and actor.has_scope(Scope.READ) else _READ_FIRST


@grants(Action.SOURCE_MANAGE, Action.RULE_MANAGE)
def administrators_manage(actor: Actor, _obj: object) -> Decision:
    if not actor.has_scope(Scope.DISCOVERY):
        return _NO_SCOPE
    return _YES if actor.is_administrator else _NOT_ADMINISTRATOR


@grants(Action.SOURCE_RUN, Action.LOSS_DECIDE)
def caretakers_run(actor: Actor, source: Source) -> Decision:
    if not actor.has_scope(Scope.DISCOVERY):
        return _NO_SCOPE
    return _YES if _acts_for(actor, source.owner_id) else _NOT_CARETAKER


@grants(Action.SERVICE_DECIDE)
def those_concerned_decide(actor: Actor, discovered: DiscoveredService) -> Decision:
    """One query for the source, and one for the service, unless they came with the row."""
    if not actor.has_scope(Scope.DISCOVERY):
        return _NO_SCOPE
    if actor.is_administrator:
        return _YES
    teams = {discovered.source.owner_id, discovered.proposed_owner_id}
    if discovered.service is not None:
        teams.add(discovered.service.owner_id)
    return _YES if any(_acts_for(actor, team) for team in teams) else _NOT_CONCERNED


def _acts_for(actor: Actor, team_id: int | None) -> bool:
    return actor.is_administrator or (team_id in actor.teams and actor.role == Role.PUBLISHER)
