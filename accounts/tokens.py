"""API tokens: how they are made, recognised and found.

A secret is ``portico_`` and 192 random bits in base64url, always 40 characters. Only its SHA-256 is stored: with that
many random bits a slow hash protects nothing that a fast one does not. ``prefix`` is what may be shown.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from accounts.models import ApiToken, Membership

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


def find_token(secret: str, now: datetime) -> ApiToken | None:
    """The token behind a secret if it may be used now; one query brings its holder and the holder's memberships.

    Tokens that are unknown, revoked, expired or of a deactivated person look the same.
    """
    if not _SECRET.fullmatch(secret):
        return None
    return (
        ApiToken.objects.usable(now)
        .filter(digest=digest_of(secret))
        .select_related("user")
        .annotate(
            holder_teams=ArraySubquery(
                Membership.objects.filter(user=OuterRef("user_id")).values(
                    place=JSONObject(team="team_id", role="role")
                )
            )
        )
        .first()
    )


def note_use(token: ApiToken, now: datetime) -> None:
    """Remember that the token was used, at most once a minute."""
    before = now - NOTE_USE_EVERY
    if token.last_used_at is not None and token.last_used_at > before:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
