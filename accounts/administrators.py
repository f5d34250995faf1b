"""The invariant that somebody can always administer the portal."""

from accounts.models import Role, User
from common.errors import Conflict
from common.locks import lock_until_commit


def keep_one_administrator() -> None:
    """Raise ``Conflict`` when no active administrator is left; call it in the transaction, after the change.

    The lock makes two administrators who remove each other at the same time wait for one another.
    """
    lock_until_commit("accounts.administrators")
    if not User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
        raise Conflict("This is the last active administrator. Make somebody else one first.")
