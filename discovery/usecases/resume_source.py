"""A paused source is looked at again."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import Source
from discovery.permissions import Action
from discovery.watching.retry import try_again


def resume_source(*, actor: Actor, source: Source, now: datetime) -> None:
    """It is due at once when it has a schedule, and watched where it can be. Nothing changes when it is not paused."""
    require(actor, Action.SOURCE_MANAGE, source)
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        if row.is_paused:
            row.is_paused = False
            row.due_at = now if row.schedule_seconds else None
            row.save(update_fields=["is_paused", "due_at"])
            try_again(row.pk)
            record(
                actor=actor,
                action="discovery.source.resumed",
                obj=row,
                name=row.name,
                team_id=row.owner_id,
                now=now,
            )
    source.is_paused, source.due_at = row.is_paused, row.due_at
