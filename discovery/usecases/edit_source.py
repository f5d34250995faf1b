"""What is said about a source changes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Difference, record
from catalog.changes import set_fields
from common.access import require
from common.errors import Invalid
from discovery.configuration import Configured, sealed
from discovery.models import Source
from discovery.permissions import Action
from discovery.sources import SourceMetadata, checked_source
from discovery.uploads import store_uploads
from discovery.usecases.queue_run import queue_run
from discovery.watching.retry import try_again

CHANGED = "changed"


def edit_source(*, actor: Actor, source: Source, metadata: SourceMetadata, now: datetime) -> list[str]:
    """Give the source this metadata and return the names of what changed; nothing is written when nothing did.

    When what it looks at changed, a run is queued unless the source is paused, and a watch begins again. Secrets that
    are empty stay. Raises
    ``Invalid`` by field.
    """
    require(actor, Action.SOURCE_MANAGE, source)
    checked = checked_source(metadata, source)
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        _refuse_to_move(row, checked.values)
        difference = set_fields(row, checked.values)
        if "schedule_seconds" in difference:
            row.due_at = now + timedelta(seconds=row.schedule_seconds) if row.schedule_seconds else None
        looks_elsewhere = _configure(row, checked.configured, now) if checked.configured else {}
        difference |= looks_elsewhere
        if looks_elsewhere:
            row.revision += 1
        if difference:
            row.save(update_fields=[*checked.values, "configuration", "secrets", "due_at", "revision"])
            try_again(row.pk)
            # Without the owning team: only administrators may know how a source is configured.
            record(
                actor=actor,
                action="discovery.source.edited",
                obj=row,
                name=row.name,
                difference=difference,
                now=now,
            )
        if looks_elsewhere and not row.is_paused:
            # A run that is under way has read the configuration, and perhaps the files, as they were.
            queue_run(actor=actor, source=row, now=now, afresh=True)
    source.refresh_from_db()
    return sorted(difference)


def _refuse_to_move(row: Source, values: dict[str, Any]) -> None:
    """What was discovered stays what it is: services of one environment do not become those of another."""
    environment = values.get("environment", row.environment)
    if environment != row.environment and row.discovered_services.exists():
        raise Invalid({"environment": "Services were discovered here already. Add another source instead."})


def _configure(row: Source, made: Configured, now: datetime) -> Difference:
    """Set the configuration and return what differs; of secrets only that they changed."""
    before = row.configuration
    difference: Difference = {
        f"configuration.{name}": (before.get(name), made.values.get(name))
        for name in sorted({*before, *made.values})
        if before.get(name) != made.values.get(name)
    }
    row.configuration = made.values
    gone = made.dropped.intersection(row.secrets)
    difference |= {f"configuration.{name}": ("", CHANGED) for name in (*made.secrets, *sorted(gone))}
    kept = {name: text for name, text in row.secrets.items() if name not in gone}
    row.secrets = {**kept, **sealed(row.name, made.secrets)}
    difference |= {f"configuration.{name}": pair for name, pair in store_uploads(row, made, now).items()}
    return difference
