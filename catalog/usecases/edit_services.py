"""Changing what is said about many services at once, set-based."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Difference, Happened, record_all
from catalog.changes import set_fields
from catalog.models import Service
from catalog.permissions import Action
from catalog.search.index import reindex_services
from common.access import require
from common.rows import update_rows


def edit_services(*, actor: Actor, values: Mapping[Service, Mapping[str, Any]], now: datetime) -> list[Service]:
    """Give each service its values, rows for relations, and return those that changed; one audit event each.

    For rows that the caller has locked; they come with owner, domain and system. A new owner is a transfer. Six
    statements for each thousand. Raises ``Denied`` and ``Invalid`` by field.
    """
    changed: dict[Service, Difference] = {}
    fields: set[str] = set()
    for service, wanted in values.items():
        require(actor, Action.SERVICE_TRANSFER if "owner" in wanted else Action.SERVICE_EDIT, service)
        difference = set_fields(service, wanted)
        if difference:
            service.updated_at = now
            changed[service] = difference
            fields |= difference.keys()
    if not changed:
        return []
    events: dict[str, list[Happened]] = defaultdict(list)
    for service, difference in changed.items():
        happened = Happened(service.pk, service.slug, service.owner_id, difference)
        events["transferred" if "owner" in difference else "edited"].append(happened)
    with transaction.atomic():
        update_rows(list(changed), [*sorted(fields), "updated_at"])
        reindex_services([service.pk for service in changed])
        for verb, those in events.items():
            record_all(actor=actor, action=f"catalog.service.{verb}", model=Service, events=those, now=now)
    return list(changed)
