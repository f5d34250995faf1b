"""What is known of a person, and their role, change."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.administrators import keep_one_administrator
from accounts.audit import record
from accounts.changes import set_fields
from accounts.models import Role, User
from accounts.permissions import Action
from common.access import require


def edit_user(
    *,
    actor: Actor,
    user: User,
    name: str | None = None,
    email: str | None = None,
    role: Role | None = None,
    now: datetime,
) -> list[str]:
    """Set what is given and return the names of the fields that changed.

    Raises ``Invalid`` by field, and ``Conflict`` when no active administrator would be left.
    """
    require(actor, Action.PEOPLE_MANAGE)
    values = {
        field: value for field, value in {"name": name, "email": email, "role": role}.items() if value is not None
    }
    with transaction.atomic():
        difference = set_fields(user, values)
        if difference:
            user.save(update_fields=list(difference))
            if "role" in difference:
                keep_one_administrator()
            record(
                actor=actor, action="accounts.user.edited", obj=user, name=user.username, difference=difference, now=now
            )
    return sorted(difference)
