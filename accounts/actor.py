"""Who acts, as a value that lasts for one request, task or command."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, Self

from accounts.models import Membership, Role, Scope, TeamRole, User
from accounts.tokens import UsableToken

Kind = Literal["user", "token", "system", "anonymous"]

_NO_TEAMS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor with what it may rest on: the site role, the teams (id -> role) and the scopes.

    ``scopes`` is ``None`` for a person in a session, who is not narrowed by one. ``actions`` lists what a system
    actor may do, which has nothing else, and what a room lends somebody else for one write (see ``lent``).
    ``sees_everything`` is for parts of Portico that keep private entries true as well.
    """

    kind: Kind
    name: str
    user_id: int | None = None
    token_id: int | None = None
    role: Role | None = None
    teams: Mapping[int, str] = field(default_factory=lambda: _NO_TEAMS)
    scopes: frozenset[str] | None = None
    actions: frozenset[str] = frozenset()
    address: str | None = None
    sees_everything: bool = False

    @property
    def is_authenticated(self) -> bool:
        return self.kind != "anonymous"

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_person(self) -> bool:
        """Whether somebody acts in a session, and not a token or the system."""
        return self.kind == "user"

    @property
    def budget_key(self) -> str:
        if self.token_id is not None:
            return f"token:{self.token_id}"
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"address:{self.address}"

    @property
    def team_ids(self) -> list[int]:
        return list(self.teams)

    def has_scope(self, scope: str) -> bool:
        """Whether a token's scopes reach that far; a session's always do. ``publish`` includes ``read``."""
        if self.scopes is None:
            return True
        return scope in self.scopes or (scope == Scope.READ and bool(self.scopes))

    def lent(self, *actions: str) -> Self:
        """The same actor, who may do these actions besides: for a room that asked its own permission first and lets the
        room below write in that person's name. The value lives as long as the write."""
        return replace(self, actions=self.actions | frozenset(actions))

    def may_publish_for(self, team_id: int | None) -> bool:
        """Whether the actor may create and change entries owned by that team."""
        if not self.has_scope(Scope.PUBLISH):
            return False
        if self.is_administrator:
            return True
        return team_id in self.teams and self.role == Role.PUBLISHER

    def maintains(self, team_id: int | None) -> bool:
        """Whether the actor may manage that team; a token only as far as it may publish."""
        if not self.has_scope(Scope.PUBLISH):
            return False
        return self.is_administrator or self.teams.get(team_id or 0) == TeamRole.MAINTAINER


def anonymous(address: str | None = None) -> Actor:
    return Actor(kind="anonymous", name="anonymous", address=address)


def system_actor(name: str, *actions: str, sees_everything: bool = False) -> Actor:
    """A named part of Portico that may do exactly ``actions``."""
    return Actor(kind="system", name=name, actions=frozenset(actions), sees_everything=sees_everything)


def actor_for_user(user: User, address: str | None = None) -> Actor:
    """The actor of a signed-in person; one query for the memberships."""
    teams = dict(Membership.objects.filter(user_id=user.pk).values_list("team_id", "role"))
    return Actor(
        kind="user",
        name=user.display_name,
        user_id=user.pk,
        role=Role(user.role),
        teams=teams,
        address=address,
    )


def actor_for_token(token: UsableToken, address: str | None = None) -> Actor:
    """The actor of a token; no query.

    It has the person's rights of this moment, a member's of the team or those of its role, narrowed by its scopes.
    """
    name, role, teams = token.name, Role.PUBLISHER, _NO_TEAMS
    if token.user_id is not None:
        name = f"{token.name} ({token.user_name or token.username})"
        role = Role(token.user_role)
        teams = dict(token.user_teams)
    elif token.team_id is not None:
        teams = {token.team_id: TeamRole.MEMBER}
    else:
        role = Role(token.role)
    return Actor(
        kind="token",
        name=name,
        user_id=token.user_id,
        token_id=token.id,
        role=role,
        teams=teams,
        scopes=frozenset(token.scopes),
        address=address,
    )
