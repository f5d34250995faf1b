"""A person, a team or a role gets an API token."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.changes import check
from accounts.models import ApiToken, Role, Scope, Team, User
from accounts.permissions import Action
from accounts.tokens import new_secret
from common.access import Denied, require
from common.errors import Invalid


def create_token(
    *,
    actor: Actor,
    holder: User | Team | Role,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Return the token and its secret, which exists nowhere else; raises ``Invalid`` by field.

    Who maintains a team without the right to publish for it makes tokens that read; ``Denied`` otherwise.
    """
    require(actor, Action.TOKEN_CREATE, holder)
    if (
        isinstance(holder, Team)
        and Scope.PUBLISH in scopes
        and actor.is_person
        and not actor.may_publish_for(holder.pk)
    ):
        # A viewer may maintain a team; through its token they would publish all the same.
        raise Denied("A token that publishes for a team is made by somebody who may.")
    if not scopes:
        raise Invalid({"scopes": "Choose at least one scope."})
    if expires_at is not None and expires_at <= now:
        raise Invalid({"expires_at": "This time has passed."})
    made = new_secret()
    token = ApiToken(
        name=name,
        digest=made.digest,
        prefix=made.prefix,
        user=holder if isinstance(holder, User) else None,
        team=holder if isinstance(holder, Team) else None,
        role=holder if isinstance(holder, Role) else "",
        scopes=[scope for scope in Scope.values if scope in scopes],
        created_at=now,
        created_by=actor.name[:200],
        expires_at=expires_at,
    )
    check(token)
    with transaction.atomic():
        token.save(force_insert=True)
        record(
            actor=actor,
            action="accounts.token.created",
            obj=token,
            name=token.name,
            team_id=token.team_id,
            difference={
                "holder": (None, str(holder)),
                "scopes": (None, token.scopes),
                "expires_at": (None, expires_at and expires_at.isoformat()),
            },
            now=now,
        )
    return token, made.secret
