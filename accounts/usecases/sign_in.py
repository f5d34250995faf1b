"""A person proves who they are."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.db import transaction

from accounts.actor import actor_for_user
from accounts.audit import record
from accounts.models import User
from accounts.throttle import forget, reserve
from common.errors import Invalid


def sign_in(*, username: str, password: str, address: str | None, now: datetime) -> User:
    """Return the person with this password.

    Raises ``Throttled`` after too many failures and ``Invalid`` otherwise, in the same words and time whether the
    person exists, is deactivated or has another password.
    """
    attempt = reserve(username, address, now)
    user = authenticate(username=username, password=password)
    if user is None:
        raise Invalid({"": "Username or password is wrong."})
    with transaction.atomic():
        forget(attempt)
        actor = actor_for_user(user, address)
        record(actor=actor, action="accounts.session.started", obj=user, name=user.username, now=now)
    return user
