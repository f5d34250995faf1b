"""A deactivated person may come in again."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import User
from accounts.permissions import Action
from common.access import require


def reactivate_user(*, actor: Actor, user: User, now: datetime) -> None:
    """Password, teams and tokens are those of before; nothing happens to a person who is active."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            user.is_active = True
            record(actor=actor, action="accounts.user.reactivated", obj=user, name=user.username, now=now)
