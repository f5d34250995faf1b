"""Ids that stand in URLs, tokens and gateways: they tell nothing of how many there are, and cannot be guessed.

Always four letters with the underscore and 16 characters of base 32 (80 random bits), 20 in all: ``sub_…``.
"""

import secrets

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH = 20
_RANDOM = 16


def new_public_id(prefix: str) -> str:
    """A new id; ``prefix`` has three letters, which say what it is the id of."""
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(_RANDOM))}"
