"""A person may no longer come in."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.administrators import keep_one_administrator
from accounts.audit import record
from accounts.models import Role, User
from accounts.permissions import Action
from common.access import require


def deactivate_user(*, actor: Actor, user: User, now: datetime) -> None:
    """Sessions and tokens of the person end with this; nothing happens when they have ended before.

    Raises ``Conflict`` when no active administrator would be left.
    """
    require(actor, Action.PEOPLE_MANAGE)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return
        user.is_active = False
        if user.role == Role.ADMINISTRATOR:
            keep_one_administrator()
        record(actor=actor, action="accounts.user.deactivated", obj=user, name=user.username, now=now)
