"""People choose a new password."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import User
from accounts.passwords import require_good
from accounts.permissions import Action
from common.access import require
from common.errors import Invalid


def set_password(*, actor: Actor, user: User, current: str, password: str, now: datetime) -> None:
    """The person's other sessions end. Raises ``Invalid`` when ``current`` is wrong or ``password`` is too weak."""
    require(actor, Action.PASSWORD_CHANGE, user)
    if not user.check_password(current):
        raise Invalid({"current": "This is not your password."})
    require_good(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        record(actor=actor, action="accounts.password.changed", obj=user, name=user.username, now=now)
