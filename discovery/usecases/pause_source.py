"""A source is looked at no more until somebody resumes it."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import Source
from discovery.permissions import Action


def pause_source(*, actor: Actor, source: Source, now: datetime) -> None:
    """No run begins by schedule; what was discovered stays as it is, and a run under way ends as it would.

    Nothing changes when it is paused already.
    """
    require(actor, Action.SOURCE_MANAGE, source)
    with transaction.atomic():
        if Source.objects.filter(pk=source.pk, is_paused=False).update(is_paused=True):
            record(
                actor=actor,
                action="discovery.source.paused",
                obj=source,
                name=source.name,
                team_id=source.owner_id,
                now=now,
            )
    source.is_paused = True
