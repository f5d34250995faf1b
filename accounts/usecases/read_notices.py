"""People have read their notices. No audit event: nobody but the reader is concerned."""

from datetime import datetime

from accounts.actor import Actor
from accounts.models import Notice
from accounts.permissions import Action
from common.access import require


def read_notice(*, actor: Actor, notice: Notice, now: datetime) -> None:
    """The notice is read, since now unless it was before."""
    require(actor, Action.NOTICE_MARK, notice)
    own = Notice.objects.filter(pk=notice.pk, user=actor.user_id, read_at__isnull=True)
    if own.update(read_at=now):
        notice.read_at = now


def read_all_notices(*, actor: Actor, now: datetime) -> int:
    """All notices of the actor are read; return how many were not."""
    require(actor, Action.NOTICE_MARK)
    return Notice.objects.filter(user=actor.user_id, read_at__isnull=True).update(read_at=now)
