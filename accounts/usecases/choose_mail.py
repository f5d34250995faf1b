"""People choose which notices come by mail as well."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import NoticePreference, User
from accounts.notice_kinds import all_kinds
from accounts.permissions import Action
from common.access import require


def choose_mail(*, actor: Actor, user: User, kinds: Collection[str], now: datetime) -> list[str]:
    """Exactly these kinds are mailed to the person from now on; return those whose choice changed."""
    require(actor, Action.PROFILE_EDIT, user)
    before = set(mailed_kinds(user))
    wanted = {kind.name for kind in all_kinds()}.intersection(kinds)
    changed = sorted(before ^ wanted)
    rows = [NoticePreference(user=user, kind=kind, is_mailed=kind in wanted) for kind in changed]
    if not changed:
        return []
    with transaction.atomic():
        NoticePreference.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["is_mailed"]
        )
        record(
            actor=actor,
            action="accounts.user.mail_chosen",
            obj=user,
            name=user.username,
            difference={"mailed": (sorted(before), sorted(wanted))},
            now=now,
        )
    return changed


def mailed_kinds(user: User) -> list[str]:
    """The kinds that are mailed to the person: all but those they switched off; one query."""
    off = set(NoticePreference.objects.filter(user=user, is_mailed=False).values_list("kind", flat=True))
    return [kind.name for kind in all_kinds() if kind.name not in off]
