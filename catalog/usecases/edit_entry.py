"""Changing what is said about an API or a service."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.entries import write_entry
from catalog.indexing import reindex_entry
from catalog.metadata import APIMetadata, ServiceMetadata
from catalog.models import API, Service
from catalog.permissions import Action
from catalog.references import resolved
from common.access import require


def edit_entry(
    *, actor: Actor, entry: API | Service, metadata: APIMetadata | ServiceMetadata, now: datetime
) -> list[str]:
    """Give the entry this metadata and return the names of the fields that changed; nothing is written when none did.

    A new ``owner`` is a transfer, which takes a maintainer of the present one. Raises ``Invalid`` by field.
    """
    require(actor, Action.API_EDIT if isinstance(entry, API) else Action.SERVICE_EDIT, entry)
    values = resolved(metadata, actor)
    with transaction.atomic():
        difference = write_entry(entry, values, actor=actor, now=now)
        if difference:
            verb = "transferred" if "owner" in difference else "edited"
            record(
                actor=actor,
                action=f"catalog.{entry._meta.model_name}.{verb}",
                obj=entry,
                name=entry.slug,
                team_id=entry.owner_id,
                difference=difference,
                now=now,
            )
            reindex_entry(entry)
    return sorted(difference)
