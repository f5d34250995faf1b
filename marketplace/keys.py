"""API keys: how they are made and recognised, and what is kept of one.

A key is ``pk_``, the slug of the environment whose doors it opens, an underscore and 33 characters of base 62 (196
random bits). Only its SHA-256 is stored: with that many random bits a slow hash protects nothing that a fast one does
not. ``prefix`` and the last four characters are what may be shown.
"""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass, field

from common.slugs import SLUG

MARK = "pk_"
RANDOM_LENGTH = 33
LAST_LENGTH = 4

_LETTERS = string.digits + string.ascii_letters
_KEY = re.compile(rf"{MARK}{SLUG.pattern}_[0-9A-Za-z]{{{RANDOM_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key on its way to the one who asked for it, with what is kept of it."""

    secret: str = field(repr=False)
    digest: str
    prefix: str
    last_four: str

    def __str__(self) -> str:
        return f"{self.prefix}_…{self.last_four}"


def new_key(environment: str) -> NewKey:
    """A new key for the environment of that slug; at most 137 bytes long, as a slug has at most 100."""
    prefix = MARK + environment
    random = "".join(secrets.choice(_LETTERS) for _ in range(RANDOM_LENGTH))
    secret = f"{prefix}_{random}"
    return NewKey(secret, digest_of(secret), prefix, random[-LAST_LENGTH:])


def is_key(text: str) -> bool:
    """Whether the text has the form of a key; whether it is one, only its digest tells."""
    return _KEY.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    """The SHA-256 of a key, in hexadecimal: how gateways and the database know it."""
    return hashlib.sha256(secret.encode()).hexdigest()
