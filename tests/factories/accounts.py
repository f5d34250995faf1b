"""The least valid people, teams and tokens; each call makes a new one."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actor import Actor, actor_for_token, actor_for_user
from accounts.models import ApiToken, Membership, Role, Scope, Team, TeamRole, User
from accounts.tokens import find_token, new_secret

PASSWORD = "correct horse battery"

_numbers = count(1)


def make_user(username: str = "", *, role: Role = Role.PUBLISHER, **fields: Any) -> User:
    """A user with ``PASSWORD``."""
    return User.objects.create_user(username or f"person-{next(_numbers)}", PASSWORD, role=role, **fields)


def make_team(
    slug: str = "", *, members: tuple[User, ...] = (), maintainers: tuple[User, ...] = (), **fields: Any
) -> Team:
    slug = slug or f"team-{next(_numbers)}"
    team = Team.objects.create(slug=slug, title=fields.pop("title", slug.capitalize()), **fields)
    for people, role in ((members, TeamRole.MEMBER), (maintainers, TeamRole.MAINTAINER)):
        for user in people:
            Membership.objects.create(team=team, user=user, role=role)
    return team


def make_token(
    *,
    user: User | None = None,
    team: Team | None = None,
    role: Role | str = "",
    scopes: tuple[Scope, ...] = (Scope.PUBLISH,),
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
    name: str = "ci",
) -> tuple[ApiToken, str]:
    """A token and its secret."""
    made = new_secret()
    token = ApiToken.objects.create(
        name=name,
        digest=made.digest,
        prefix=made.prefix,
        user=user,
        team=team,
        role=role,
        scopes=list(scopes),
        expires_at=expires_at,
        revoked_at=revoked_at,
    )
    return token, made.secret


def actor_of(holder: User | str) -> Actor:
    """The actor of a user in a session, or of a token's secret."""
    if isinstance(holder, User):
        return actor_for_user(holder)
    token = find_token(holder, timezone.now())
    assert token is not None
    return actor_for_token(token)
