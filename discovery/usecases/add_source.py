"""A place to look is added."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from common.errors import Conflict
from discovery.configuration import sealed
from discovery.models import Source
from discovery.permissions import Action
from discovery.sources import SourceMetadata, checked_source, refuse_name
from discovery.uploads import store_uploads
from discovery.usecases.queue_run import queue_run


def add_source(*, actor: Actor, metadata: SourceMetadata, now: datetime) -> Source:
    """A source of that name and kind, with its first run queued.

    Raises ``Invalid`` by field and ``Conflict`` when the name is taken.
    """
    require(actor, Action.SOURCE_MANAGE)
    name = metadata.get("name", "")
    refuse_name(name)
    checked = checked_source(metadata)
    made = checked.configured
    source = Source(name=name, kind=metadata["kind"], created_at=now, created_by=actor.name[:200], **checked.values)
    source.configuration, source.secrets = made.values, sealed(name, made.secrets)
    try:
        with transaction.atomic():
            source.save()
            store_uploads(source, made, now)
            # Without the owning team: only administrators may know how a source is configured.
            record(
                actor=actor,
                action="discovery.source.added",
                obj=source,
                name=name,
                difference={"kind": ("", source.kind), "environment": ("", source.environment.slug)},
                now=now,
            )
            queue_run(actor=actor, source=source, now=now)
    except IntegrityError:
        raise Conflict(f"The name {name} is taken.") from None
    source.refresh_from_db(fields=["run_count", "last_run", "due_at", "generation", "lease_until"])
    return source
