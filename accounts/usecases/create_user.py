"""A person gets an account."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.changes import check
from accounts.models import Role, User
from accounts.passwords import new_password
from accounts.permissions import Action
from common.access import require


def create_user(
    *,
    actor: Actor,
    username: str,
    name: str = "",
    email: str = "",
    role: Role = Role.VIEWER,
    with_password: bool = True,
    now: datetime,
) -> tuple[User, str]:
    """Return the new person and a random password to be shown once; raises ``Invalid`` by field.

    Without a password, which is returned as an empty one then, nobody signs in as that person until one is given.
    """
    require(actor, Action.PEOPLE_MANAGE)
    password = new_password() if with_password else ""
    user = User(username=username, name=name, email=email, role=role, created_at=now)
    user.set_password(password or None)
    check(user)
    with transaction.atomic():
        user.save(force_insert=True)
        difference = {"role": (None, user.role)}
        record(
            actor=actor, action="accounts.user.created", obj=user, name=user.username, difference=difference, now=now
        )
    return user, password
