"""An administrator gives a person a new password."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import User
from accounts.passwords import new_password
from accounts.permissions import Action
from common.access import require


def reset_password(*, actor: Actor, user: User, now: datetime) -> str:
    """Return a random password to be shown once; the person's sessions end, tokens stay."""
    require(actor, Action.PEOPLE_MANAGE)
    password = new_password()
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        record(actor=actor, action="accounts.password.reset", obj=user, name=user.username, now=now)
    return password
