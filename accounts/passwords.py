"""Passwords that people choose, and those that Portico makes for them."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from common.errors import Invalid

RANDOM_BYTES = 15


def new_password() -> str:
    """A random password of 20 characters (120 bits), for showing once."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def require_good(password: str, user: User, field: str = "password") -> None:
    """Raise ``Invalid`` on ``field`` when the password breaks a rule of ``AUTH_PASSWORD_VALIDATORS``."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({field: error.messages}) from None
