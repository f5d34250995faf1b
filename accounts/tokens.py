"""API tokens: how they are made, recognised and found.

A secret is ``portico_`` and 192 random bits in base64url, always 40 characters. Only its SHA-256 is stored: with that
many random bits a slow hash protects nothing that a fast one does not. ``prefix`` is what may be shown.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from accounts.models import ApiToken

MARK = "portico_"
RANDOM_BYTES = 24
SHOWN = len(MARK) + 4
NOTE_USE_EVERY = timedelta(minutes=1)

_SECRET = re.compile(rf"{MARK}[A-Za-z0-9_-]{{32}}")


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret on its way to the one who asked for it, with what is kept of it."""

    secret: str
    digest: str
    prefix: str

    def __repr__(self) -> str:
        return f"NewSecret({self.prefix}…)"


def new_secret() -> NewSecret:
    secret = MARK + secrets.token_urlsafe(RANDOM_BYTES)
    return NewSecret(secret, digest_of(secret), secret[:SHOWN])


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class UsableToken:
    """A token that opens doors now, with what its actor rests on. ``team_id`` and ``role`` are the token's own."""

    id: int
    name: str
    team_id: int | None
    role: str
    scopes: list[str]
    last_used_at: datetime | None
    user_id: int | None
    username: str | None
    user_name: str | None
    user_role: str | None
    user_teams: list[tuple[int, str]]


# Every call of the REST API asks this. Building the same statement through the models took ten times as long as
# running it.
_FIND = """
    SELECT token.id, token.name, token.team_id, token.role, token.scopes, token.last_used_at,
           person.id, person.username, person.name, person.role,
           ARRAY(SELECT json_build_array(place.team_id, place.role) FROM accounts_membership AS place
                 WHERE place.user_id = token.user_id)
    FROM accounts_apitoken AS token LEFT JOIN accounts_user AS person ON person.id = token.user_id
    WHERE token.digest = %s AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > %s)
          AND (person.id IS NULL OR person.is_active)
"""


def find_token(secret: str, now: datetime) -> UsableToken | None:
    """The token behind a secret if it may be used now; one query brings its holder and the holder's memberships.

    Tokens that are unknown, revoked, expired or of a deactivated person look the same.
    """
    if not _SECRET.fullmatch(secret):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [digest_of(secret), now])
        row = cursor.fetchone()
    return None if row is None else UsableToken(*row)


def note_use(token: UsableToken, now: datetime) -> None:
    """Remember that the token was used, at most once a minute."""
    before = now - NOTE_USE_EVERY
    if token.last_used_at is not None and token.last_used_at > before:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
    ApiToken.objects.filter(stale, pk=token.id).update(last_used_at=now)
