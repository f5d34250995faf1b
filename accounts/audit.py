"""The audit trail: one call a use case, inside its transaction: a change and its record stand or fall together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from accounts.actor import Actor
from accounts.models import AuditEvent

Difference = dict[str, tuple[Any, Any] | list[Any]]

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of many with the same action: to which object, and what it changed."""

    object_id: int
    name: str
    team_id: int | None = None
    difference: Difference = field(default_factory=dict)


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
    event = _event(actor, action, obj._meta.model, Happened(obj.pk, name, team_id, difference or {}), now)
    event.save()
    return event


def record_all(*, actor: Actor, action: str, model: type[Model], events: Iterable[Happened], now: datetime) -> None:
    """Append one event for each of many objects of ``model``, a thousand an insert."""
    rows = [_event(actor, action, model, happened, now) for happened in events]
    AuditEvent.objects.bulk_create(rows, batch_size=_BATCH)


def who_did(*rows: Model) -> int | None:
    """The person behind the latest event about any of these rows; ``None`` where nobody's was. One query."""
    about = Q()
    for row in rows:
        about |= Q(object_type=row._meta.model_name, object_id=row.pk)
    return AuditEvent.objects.filter(about).order_by("-at", "-id").values_list("user_id", flat=True).first()


def _event(actor: Actor, action: str, model: type[Model], happened: Happened, now: datetime) -> AuditEvent:
    return AuditEvent(
        at=now,
        actor_kind=actor.kind,
        actor_name=actor.name[:200],
        user_id=actor.user_id,
        token_id=actor.token_id,
        action=action,
        object_type=model._meta.model_name,
        object_id=happened.object_id,
        object_name=happened.name[:300],
        team_id=happened.team_id,
        difference=happened.difference,
        address=actor.address,
    )
