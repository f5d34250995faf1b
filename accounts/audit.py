"""The audit trail: one call a use case, inside its transaction: a change and its record stand or fall together."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.actor import Actor
from accounts.models import AuditEvent

Difference = dict[str, tuple[Any, Any] | list[Any]]


def record(
    *,
    actor: Actor,
    action: str,
    obj: Model,
    name: str,
    now: datetime,
    team_id: int | None = None,
    difference: Difference | None = None,
) -> AuditEvent:
    """Append one event: ``action`` in the past tense (``catalog.api.created``), ``difference`` as field -> (before,
    after) without secrets. ``team_id`` is the owning team, whose members may read the event."""
    return AuditEvent.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor_name=actor.name[:200],
        user_id=actor.user_id,
        token_id=actor.token_id,
        action=action,
        object_type=obj._meta.model_name,
        object_id=obj.pk,
        object_name=name[:300],
        team_id=team_id,
        difference=difference or {},
        address=actor.address,
    )
