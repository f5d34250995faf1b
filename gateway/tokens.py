"""The tokens of gateways' agents: how they are made and found.

A secret is ``portico_gw_`` and 192 random bits in base64url, always 43 characters; only its SHA-256 is kept
(``accounts.tokens`` says why that is enough). It opens what agents need and nothing else.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass

from django.db import connection

MARK = "portico_gw_"
_RANDOM_BYTES = 24
_SHOWN = len(MARK) + 4
_SECRET = re.compile(rf"{MARK}[A-Za-z0-9_-]{{32}}")


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret on its way to the one who asked for it, with what is kept of it."""

    secret: str
    digest: str
    prefix: str

    def __repr__(self) -> str:
        return f"NewSecret({self.prefix}…)"


@dataclass(frozen=True, slots=True)
class KnownGateway:
    """The gateway whose agent calls. ``environment_ids`` is ``None`` where it carries all environments."""

    id: int
    token_digest: str
    slug: str
    networks: tuple[str, ...]
    closed_ports: tuple[int, ...]
    is_counted: bool
    environment_ids: list[int] | None


def new_secret() -> NewSecret:
    secret = MARK + secrets.token_urlsafe(_RANDOM_BYTES)
    return NewSecret(secret, digest_of(secret), secret[:_SHOWN])


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_FIND = """
    SELECT gateway.id, gateway.slug, gateway.networks, gateway.closed_ports, gateway.is_counted,
           ARRAY(SELECT place.environment_id FROM gateway_gateway_environments AS place
                 WHERE place.gateway_id = gateway.id)
    FROM gateway_gateway AS gateway WHERE gateway.token_digest = %s
"""


def find_gateway(secret: str) -> KnownGateway | None:
    """The gateway with that token, ``None`` for one that is unknown or was replaced; one query."""
    return gateway_of(digest_of(secret)) if _SECRET.fullmatch(secret) else None


def gateway_of(token_digest: str) -> KnownGateway | None:
    """The gateway as it is now, while its token is still this one; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [token_digest])
        row = cursor.fetchone()
    if row is None:
        return None
    key, slug, networks, ports, is_counted, environments = row
    return KnownGateway(key, token_digest, slug, tuple(networks), tuple(ports), is_counted, environments or None)
