"""People change what is known of themselves."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.changes import set_fields
from accounts.models import User
from accounts.permissions import Action
from common.access import require


def edit_profile(*, actor: Actor, user: User, name: str, email: str, now: datetime) -> list[str]:
    """Set one's own name and mail address; return the names of the fields that changed."""
    require(actor, Action.PROFILE_EDIT, user)
    with transaction.atomic():
        difference = set_fields(user, {"name": name, "email": email})
        if difference:
            user.save(update_fields=list(difference))
            record(
                actor=actor, action="accounts.user.edited", obj=user, name=user.username, difference=difference, now=now
            )
    return sorted(difference)
