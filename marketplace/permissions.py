"""Who may do what in the marketplace.

Tokens need the scope ``marketplace``. An application is used by its holders: the person, or everybody in the team.
Plans and requests of an API are the matter of the team that owns it, of its members with the publisher's role;
administrators may do everything.
"""

from enum import StrEnum

from accounts.actor import Actor
from accounts.models import Role, Scope, Team
from catalog.models import API
from common.access import Decision, grants
from marketplace.models import AccessRequest, Application, Credential, Subscription


class Action(StrEnum):
    """Every action of this room, in the form room.noun.verb."""

    MARKETPLACE_READ = "marketplace.marketplace.read"
    APPLICATION_CREATE = "marketplace.application.create"
    APPLICATION_EDIT = "marketplace.application.edit"
    PLAN_MANAGE = "marketplace.plan.manage"
    ACCESS_REQUEST = "marketplace.access.request"
    ACCESS_ANSWER = "marketplace.access.answer"
    ACCESS_DECIDE = "marketplace.access.decide"
    SUBSCRIPTION_HOLD = "marketplace.subscription.hold"
    SUBSCRIPTION_END = "marketplace.subscription.end"
    SUBSCRIPTION_EXPIRE = "marketplace.subscription.expire"
    CREDENTIAL_ISSUE = "marketplace.credential.issue"
    CREDENTIAL_REVOKE = "marketplace.credential.revoke"
    CREDENTIALS_READ = "marketplace.credentials.read"


_YES = Decision(True)
_READ_FIRST = Decision(False, "Sign in, or use a token with the scope read.")
_NO_SCOPE = Decision(False, "This token does not have the marketplace scope.")
_NO_ROLE = Decision(False, "This needs the publisher role.")
_NOT_HOLDER = Decision(False, "Only those who hold the application may do this.")
_NOT_MEMBER = Decision(False, "Only members of a team may create its applications.")
_NOT_OWNER = Decision(False, "Only the team that owns the API may do this.")
_NEITHER = Decision(False, "Only those who hold the application, and the team that owns the API, may do this.")
_NOT_ADMINISTRATOR = Decision(False, "This needs an administrator.")


@grants(Action.MARKETPLACE_READ)
def everybody_known_reads(actor: Actor, _obj: object) -> Decision:
    """What exactly they read is the matter of ``visible_to``."""
    return _YES if actor.is_authenticated and actor.has_scope(Scope.READ) else _READ_FIRST


@grants(Action.APPLICATION_CREATE)
def members_create(actor: Actor, team: Team | None) -> Decision:
    """The object is the team that will hold the application, ``None`` when the actor will."""
    if not actor.has_scope(Scope.MARKETPLACE) or not actor.is_authenticated:
        return _NO_SCOPE
    if team is None:
        return _YES if actor.user_id is not None else Decision(False, "Name the team that holds the application.")
    return _YES if actor.is_administrator or team.pk in actor.teams else _NOT_MEMBER


@grants(Action.APPLICATION_EDIT, Action.ACCESS_REQUEST)
def holders_use(actor: Actor, application: Application) -> Decision:
    return _holds(actor, application)


@grants(Action.ACCESS_ANSWER)
def holders_answer(actor: Actor, request: AccessRequest) -> Decision:
    return _holds(actor, request.subscription.application)


@grants(Action.PLAN_MANAGE)
def owners_offer(actor: Actor, api: API) -> Decision:
    return _owns(actor, api)


@grants(Action.ACCESS_DECIDE)
def owners_decide(actor: Actor, request: AccessRequest) -> Decision:
    return _owns(actor, request.subscription.api)


@grants(Action.SUBSCRIPTION_HOLD)
def owners_hold(actor: Actor, subscription: Subscription) -> Decision:
    """Suspending, resuming, and saying when it ends."""
    return _owns(actor, subscription.api)


@grants(Action.SUBSCRIPTION_END)
def both_end(actor: Actor, subscription: Subscription) -> Decision:
    return _holds_or_owns(actor, subscription)


@grants(Action.SUBSCRIPTION_EXPIRE)
def nobody_expires(_actor: Actor, _subscription: Subscription) -> Decision:
    return Decision(False, "A subscription expires by itself.")


@grants(Action.CREDENTIAL_ISSUE)
def holders_issue(actor: Actor, subscription: Subscription) -> Decision:
    return _holds(actor, subscription.application)


@grants(Action.CREDENTIAL_REVOKE)
def both_revoke(actor: Actor, credential: Credential) -> Decision:
    return _holds_or_owns(actor, credential.subscription)


@grants(Action.CREDENTIALS_READ)
def administrators_read(actor: Actor, _obj: object) -> Decision:
    """The list of all keys; those of one's own applications are read by ``visible_to``."""
    return _YES if actor.is_administrator and actor.has_scope(Scope.READ) else _NOT_ADMINISTRATOR


def _holds_or_owns(actor: Actor, subscription: Subscription) -> Decision:
    if not actor.has_scope(Scope.MARKETPLACE):
        return _NO_SCOPE
    return _YES if _holds(actor, subscription.application) or _owns(actor, subscription.api) else _NEITHER


def _holds(actor: Actor, application: Application) -> Decision:
    if not actor.has_scope(Scope.MARKETPLACE):
        return _NO_SCOPE
    own = application.person_id is not None and application.person_id == actor.user_id
    return _YES if actor.is_administrator or own or application.team_id in actor.teams else _NOT_HOLDER


def _owns(actor: Actor, api: API) -> Decision:
    if not actor.has_scope(Scope.MARKETPLACE):
        return _NO_SCOPE
    if actor.is_administrator:
        return _YES
    if api.owner_id not in actor.teams:
        return _NOT_OWNER
    return _YES if actor.role == Role.PUBLISHER else _NO_ROLE
