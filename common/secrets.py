"""Secrets and files at rest: sealed with AES-256-GCM under a key that is not in the database.

A sealed text names the place it belongs to (``discovery.source:prod:token``) as associated data, so that one row's
secret cannot be moved to another row and be opened there. Several keys may be given: the first seals, all open, which
is how a key is changed without a flag day.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = "sealed1:"
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """No key at hand opens this text, or it belongs to another place."""


def seal(secret: str, *, place: str, keys: Sequence[str]) -> str:
    """The text under the first key, for ``place`` alone; different each time."""
    return _MARK + base64.urlsafe_b64encode(seal_bytes(secret.encode(), place=place, keys=keys)).decode()


def unseal(text: str, *, place: str, keys: Sequence[str]) -> str:
    """What was sealed for ``place``; raises ``CannotOpen``, which never holds a part of the secret."""
    try:
        raw = base64.urlsafe_b64decode(text.removeprefix(_MARK))
    except binascii.Error:
        raise CannotOpen("This is not a sealed text.") from None
    return unseal_bytes(raw, place=place, keys=keys).decode()


def seal_bytes(content: bytes, *, place: str, keys: Sequence[str]) -> bytes:
    """The same for a file."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(keys[0]).encrypt(nonce, content, place.encode())


def unseal_bytes(sealed: bytes, *, place: str, keys: Sequence[str]) -> bytes:
    """The same for a file."""
    nonce, body = sealed[:_NONCE_BYTES], memoryview(sealed)[_NONCE_BYTES:]
    for key in keys:
        try:
            return _cipher(key).decrypt(nonce, body, place.encode())
        except (InvalidTag, ValueError):
            continue
    raise CannotOpen("None of the keys in PORTICO_SECRETS_KEY opens this secret.")


def _cipher(key: str) -> AESGCM:
    """Keys are long random texts, as generated; hashing makes 32 bytes of any."""
    return AESGCM(hashlib.sha256(key.encode()).digest())
