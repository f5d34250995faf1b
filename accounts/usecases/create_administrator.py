"""The first start: somebody must be able to come in."""

from datetime import datetime

from django.db import transaction

from accounts.actor import system_actor
from accounts.models import Role, User
from accounts.permissions import Action
from accounts.usecases.create_user import create_user
from common.locks import lock_until_commit

USERNAME = "admin"


def create_first_administrator(now: datetime) -> tuple[User, str] | None:
    """Return a new administrator and the random password to show once; ``None`` when there is or was one.

    Safe to run in several processes at once: only one of them gets a person back.
    """
    with transaction.atomic():
        lock_until_commit("accounts.first-administrator")
        if User.objects.filter(role=Role.ADMINISTRATOR).exists():
            return None
        actor = system_actor("first start", Action.PEOPLE_MANAGE)
        return create_user(actor=actor, username=USERNAME, name="Administrator", role=Role.ADMINISTRATOR, now=now)
